"""Prices as columns of a chart, known ones and forecasts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from energy.contract import ForecastRate, Rate

HEADROOM = Decimal(10)
HALF_HOUR = timedelta(minutes=30)
FEW_TICKS = timedelta(hours=30)  # a longer chart names fewer hours


@dataclass(frozen=True, slots=True)
class PriceBar:
    """`offset` and `height` in percent of the chart, from its top; `column` and `span` in its grid, from 1."""

    rate: Rate | ForecastRate
    offset: float
    height: float
    column: int
    span: int
    when: str  # past, now, ahead, or forecast
    tick: str

    @property
    def is_forecast(self) -> bool:
        return isinstance(self.rate, ForecastRate)


@dataclass(frozen=True, slots=True)
class PriceChart:
    bars: tuple[PriceBar, ...]
    zero: float
    columns: int


def draw(rates: Sequence[Rate], now: datetime, zone: tzinfo, forecast: Sequence[ForecastRate] = ()) -> PriceChart:
    """Columns as wide as their slots are long, a gap where nothing is known. Of `forecast` what nobody knows better."""
    known_until = rates[-1].valid_to if rates else now
    shown: list[Rate | ForecastRate] = [*rates, *(rate for rate in forecast if rate.valid_from >= known_until)]
    prices = [rate.price_pence for rate in shown]
    top, bottom = max([*prices, HEADROOM]), min([*prices, Decimal(0)])
    zero = _percent(top / (top - bottom))
    unit = min((rate.valid_to - rate.valid_from for rate in shown), default=HALF_HOUR)
    first = shown[0].valid_from if shown else now
    hours = 3 if not shown or shown[-1].valid_to - first <= FEW_TICKS else 6
    bars = []
    for rate in shown:
        height = max(_percent(abs(rate.price_pence) / (top - bottom)), 0.8)
        offset = zero if rate.price_pence < 0 else round(zero - height, 2)
        column = (rate.valid_from - first) // unit + 1
        span = max(1, (rate.valid_to - rate.valid_from) // unit)
        bars.append(PriceBar(rate, offset, height, column, span, _when(rate, now), _tick(rate.valid_from, zone, hours)))
    return PriceChart(tuple(bars), zero, bars[-1].column + bars[-1].span - 1 if bars else 0)


def _percent(share: Decimal) -> float:
    return round(float(share) * 100, 2)


def _when(rate: Rate | ForecastRate, now: datetime) -> str:
    if isinstance(rate, ForecastRate):
        return "forecast"
    if rate.valid_to <= now:
        return "past"
    return "now" if rate.valid_from <= now else "ahead"


def _tick(moment: datetime, zone: tzinfo, hours: int) -> str:
    """Every few hours of local time; midnight is named by its day."""
    local = moment.astimezone(zone)
    if local.minute or local.hour % hours:
        return ""
    return f"{local:%a} {local.day}" if local.hour == 0 else f"{local:%H:%M}"
