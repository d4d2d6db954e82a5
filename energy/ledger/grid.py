"""The slots of the ledger: price slots, and half hours where no price is known. Pure.

None crosses a full hour (UTC), so that every hour can be kept again by itself, whatever slots its prices have by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

HALF_HOUR = timedelta(minutes=30)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """From `start` up to `end` at one price per kWh; None: not known. `series`: Tariff.key of the price."""

    start: datetime
    end: datetime
    price_pence: Decimal | None = None
    series: str = ""


def floor(time: datetime, width: timedelta = HOUR) -> datetime:
    seconds = int(width.total_seconds())
    return datetime.fromtimestamp(int(time.timestamp()) // seconds * seconds, tz=UTC)


def ceil(time: datetime, width: timedelta = HOUR) -> datetime:
    down = floor(time, width)
    return down if down == time else down + width


def slots(priced: Iterable[Slot], since: datetime, until: datetime) -> list[Slot]:
    """[since, until) without a gap. Where two of `priced` overlap, the one that comes first is right."""
    taken: list[Slot] = []
    for slot in priced:
        taken = sorted([*taken, *_outside(slot, taken, since, until)])
    gaps = _gaps(taken, since, until)
    halves = [Slot(start, end) for gap in gaps for start, end in _cut(gap.start, gap.end, HALF_HOUR)]
    hours = [
        Slot(*edges, slot.price_pence, slot.series) for slot in taken for edges in _cut(slot.start, slot.end, HOUR)
    ]
    return sorted([*halves, *hours], key=lambda slot: slot.start)


def _outside(slot: Slot, taken: Sequence[Slot], since: datetime, until: datetime) -> list[Slot]:
    """What of `slot` lies in [since, until) and is not taken."""
    start, end = max(slot.start, since), min(slot.end, until)
    if end <= start:
        return []
    return [Slot(gap.start, gap.end, slot.price_pence, slot.series) for gap in _gaps(taken, start, end)]


def _gaps(taken: Sequence[Slot], since: datetime, until: datetime) -> list[Slot]:
    gaps = []
    for slot in taken:
        if slot.start > since:
            gaps.append(Slot(since, min(slot.start, until)))
        since = max(since, slot.end)
        if since >= until:
            return [gap for gap in gaps if gap.end > gap.start]
    return [*gaps, Slot(since, until)]


def _cut(start: datetime, end: datetime, width: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """At every full `width`."""
    while start < end:
        edge = min(floor(start, width) + width, end)
        yield start, edge
        start = edge
