"""The plan as a ribbon: a column of price for each half hour, below it a lane for each miner. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby

from energy.contract import Rate
from strategy.contract import Goal, Plan, PlanSlot, Power
from strategy.looks import look
from strategy.table import priced_part

UNKNOWN_COLUMNS = 6
HEADROOM = Decimal(10)  # pence: a flat cheap day is not stretched to look dramatic
STEPS = (Decimal(5), Decimal(10), Decimal(20), Decimal(50), Decimal(100))
MOST_LINES = 5
TICK = timedelta(hours=2)
SHORT = {"standard": "std", "lowest mode": "low", "left alone": "–", "not stoppable": "on!"}


@dataclass(frozen=True, slots=True)
class Column:
    """One half hour. `offset` and `height` in percent of the chart, from its top."""

    valid_from: datetime
    valid_to: datetime
    price_pence: Decimal | None
    band: str
    color: str
    words: str  # what happens, for those who do not see the colour
    past: bool
    offset: float
    height: float
    tick: str

    @property
    def key(self) -> str:
        return f"{self.valid_from:%Y%m%dT%H%MZ}"

    @property
    def negative(self) -> bool:
        return self.price_pence is not None and self.price_pence < 0


@dataclass(frozen=True, slots=True)
class Segment:
    start: int  # grid column, from 1
    span: int
    words: str
    style: str

    @property
    def label(self) -> str:
        """What fits: nothing rather than half a word."""
        room = self.span * 2.4
        shorter = (SHORT.get(self.words, self.words[:3]), self.words[0] if self.style == "champion" else "")
        return next((text for text in (self.words, *shorter) if len(text) <= room), "")


@dataclass(frozen=True, slots=True)
class Lane:
    miner_id: int
    name: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal line of the price scale."""

    pence: int
    offset: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    columns: tuple[Column, ...]
    lanes: tuple[Lane, ...]
    lines: tuple[Line, ...]
    now_at: float | None  # in columns from the left
    more_miners: int  # left out


@dataclass(frozen=True, slots=True)
class Scale:
    top: Decimal
    bottom: Decimal
    step: Decimal

    @classmethod
    def of(cls, prices: Sequence[Decimal]) -> Scale:
        high, low = max([*prices, HEADROOM]), min([*prices, Decimal(0)])
        step = next((step for step in STEPS if (high - low) / step <= MOST_LINES), STEPS[-1])
        top = (high / step).to_integral_value(ROUND_CEILING) * step
        return cls(top, (low / step).to_integral_value(ROUND_FLOOR) * step if low < 0 else Decimal(0), step)

    def offset(self, pence: Decimal) -> float:
        """From the top, in percent."""
        return round(float((self.top - pence) / (self.top - self.bottom) * 100), 2)

    def lines(self) -> tuple[Line, ...]:
        number = int((self.top - self.bottom) / self.step) + 1
        values = [self.bottom + self.step * count for count in range(number)]
        return tuple(Line(int(value), self.offset(value)) for value in values)


def ribbon(
    plan: Plan, past: Iterable[Rate], names: dict[int, str], *, now: datetime, zone: tzinfo, most_lanes: int
) -> Ribbon:
    """Draw `plan`, after those rates of `past` that are over. `names` says which miners get a lane, and their order."""
    slots = priced_part(plan, UNKNOWN_COLUMNS)
    before = [rate for rate in past if rate.valid_to <= now and not _overlaps(rate, plan)]
    prices = [rate.price_pence for rate in before]
    prices += [slot.price_pence for slot in slots if slot.price_pence is not None]
    scale = Scale.of(prices)
    columns = [_past_column(rate, scale, zone) for rate in before]
    columns += [_column(slot, scale, zone) for slot in slots]
    shown = list(names.items())[:most_lanes]
    lanes = tuple(_lane(miner_id, name, slots, first=len(before) + 1) for miner_id, name in shown)
    return Ribbon(tuple(columns), lanes, scale.lines(), _now_at(columns, now), len(names) - len(shown))


def _overlaps(rate: Rate, plan: Plan) -> bool:
    return bool(plan.slots) and rate.valid_to > plan.slots[0].valid_from


def _past_column(rate: Rate, scale: Scale, zone: tzinfo) -> Column:
    offset, height = _bar(rate.price_pence, scale)
    tick = _tick(rate.valid_from, zone)
    return Column(rate.valid_from, rate.valid_to, rate.price_pence, "", "", "over", True, offset, height, tick)


def _column(slot: PlanSlot, scale: Scale, zone: tzinfo) -> Column:
    offset, height = _bar(slot.price_pence, scale)
    band, color = (slot.band.name, slot.band.color) if slot.band else ("", "")
    tick = _tick(slot.valid_from, zone)
    words = _words(slot)
    return Column(slot.valid_from, slot.valid_to, slot.price_pence, band, color, words, False, offset, height, tick)


def _bar(price: Decimal | None, scale: Scale) -> tuple[float, float]:
    """Upwards from the zero line; a negative price hangs below it. Always tall enough to be seen."""
    if price is None:
        return 0.0, 100.0
    zero, here = scale.offset(Decimal(0)), scale.offset(price)
    height = max(abs(zero - here), 0.8)
    return (round(zero - height, 2) if price >= 0 else zero), round(height, 2)


def _tick(moment: datetime, zone: tzinfo) -> str:
    """Every two hours of local time; midnight is named by its day."""
    local = moment.astimezone(zone)
    if local.minute or local.hour % (TICK // timedelta(hours=1)):
        return ""
    return f"{local:%a} {local.day}" if local.hour == 0 else f"{local:%H:%M}"


def _words(slot: PlanSlot) -> str:
    band = slot.band.name if slot.band else "no band"
    running = sum(miner.power == Power.ON for miner in slot.miners)
    match slot.goal:
        case Goal.OFF:
            return f"{band}, all off"
        case Goal.CHAMPION:
            return f"{band}, only the most efficient miner"
    return f"{band}, {running} of {len(slot.miners)} mining"


def _now_at(columns: Sequence[Column], now: datetime) -> float | None:
    for index, column in enumerate(columns):
        if column.valid_from <= now < column.valid_to:
            return round(index + (now - column.valid_from) / (column.valid_to - column.valid_from), 3)
    return None


def _lane(miner_id: int, name: str, slots: Sequence[PlanSlot], *, first: int) -> Lane:
    """Neighbouring slots that are alike become one segment."""
    looks = [look(next((miner for miner in slot.miners if miner.miner_id == miner_id), None)) for slot in slots]
    segments, column = [], first
    for (words, style), group in groupby(looks):
        span = len(list(group))
        if style:
            segments.append(Segment(column, span, words, style))
        column += span
    return Lane(miner_id, name, tuple(segments))
