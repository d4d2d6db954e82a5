"""Known prices as columns of a chart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from energy.contract import Rate

HEADROOM = Decimal(10)


@dataclass(frozen=True, slots=True)
class PriceBar:
    """`offset` and `height` in percent of the chart, from its top."""

    rate: Rate
    offset: float
    height: float
    when: str  # past, now or ahead
    tick: str


@dataclass(frozen=True, slots=True)
class PriceChart:
    bars: tuple[PriceBar, ...]
    zero: float


def draw(rates: Sequence[Rate], now: datetime, zone: tzinfo) -> PriceChart:
    prices = [rate.price_pence for rate in rates]
    top, bottom = max([*prices, HEADROOM]), min([*prices, Decimal(0)])
    zero = _percent(top / (top - bottom))
    bars = []
    for rate in rates:
        height = max(_percent(abs(rate.price_pence) / (top - bottom)), 0.8)
        offset = zero if rate.price_pence < 0 else round(zero - height, 2)
        bars.append(PriceBar(rate, offset, height, _when(rate, now), _tick(rate.valid_from, zone)))
    return PriceChart(tuple(bars), zero)


def _percent(share: Decimal) -> float:
    return round(float(share) * 100, 2)


def _when(rate: Rate, now: datetime) -> str:
    if rate.valid_to <= now:
        return "past"
    return "now" if rate.valid_from <= now else "ahead"


def _tick(moment: datetime, zone: tzinfo) -> str:
    """Every three hours of local time; midnight is named by its day."""
    local = moment.astimezone(zone)
    if local.minute or local.hour % 3:
        return ""
    return f"{local:%a} {local.day}" if local.hour == 0 else f"{local:%H:%M}"
