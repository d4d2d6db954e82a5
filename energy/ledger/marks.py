"""How far the ledger is, and which of its hours are to be done again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from energy.ledger.grid import HOUR, ceil, floor
from energy.models import EnergySlot, LedgerMark, StaleHour

MARK = 1
LEAST_AGE = timedelta(seconds=60)  # a shard of silent devices stores its last reading half a minute after it was taken
AHEAD = 2 * HOUR  # the ledger may go on while a price is stored


def done_until() -> datetime | None:
    """Up to when every slot is finished and kept; None: nothing was kept yet."""
    return LedgerMark.objects.filter(pk=MARK).values_list("done_until", flat=True).first()


def advance(time: datetime) -> None:
    LedgerMark.objects.update_or_create(pk=MARK, defaults={"done_until": time})


def note_span(since: datetime, until: datetime) -> None:
    """The hours of [since, until) that the ledger holds are to be done again."""
    done = done_until()
    first = EnergySlot.objects.order_by("start").values_list("start", flat=True).first() if done else None
    if done is None or first is None:
        return
    start, end = max(floor(since), floor(first)), min(ceil(until), ceil(done) + AHEAD)
    note_hours(start + HOUR * number for number in range(max(0, (end - start) // HOUR)))


def note_hours(hours: Iterable[datetime]) -> None:
    StaleHour.objects.bulk_create([StaleHour(start=hour) for hour in set(hours)], ignore_conflicts=True)
