"""Keeping the ledger: what is finished, what is in progress, what became stale.

Every slot is computed whole from its readings and put in the place of what was there, so doing it again is always
right: after a crash, for readings and prices that came late, for prices that were corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min

from energy.ledger import marks
from energy.ledger.grid import HOUR, Slot, floor
from energy.ledger.integrate import Sample, integrate
from energy.ledger.pricing import reprice
from energy.ledger.readings import Household, household, longest_gap, price_slots, samples
from energy.models import EnergySlot, StaleHour
from miners.models import Telemetry

HOURS_AT_ONCE = 12  # of a long absence; the next minute goes on
ROWS_AT_ONCE = 2000


def keep(now: datetime) -> None:
    """Bring the ledger up to `now`, then do again what became stale. One at a time, please: hold a lock."""
    since = marks.done_until() or _first_hour(now)
    for _ in range(HOURS_AT_ONCE):
        if since >= now:
            break
        until = floor(since) + HOUR
        _write(since, until, now)
        since = until
    _do_again(now)
    _forget(now)


def _first_hour(now: datetime) -> datetime:
    first: datetime | None = Telemetry.objects.filter(time__lte=now).aggregate(first=Min("time"))["first"]
    return floor(first or now)


@transaction.atomic
def _write(since: datetime, until: datetime, now: datetime) -> None:
    """Keep [since, until), which lies within one hour, and move the mark to the end of its last finished slot."""
    finished = _replace(since, until, now)
    if finished:
        marks.advance(finished[-1].end)


def _replace(since: datetime, until: datetime, now: datetime) -> list[Slot]:
    """Put rows for [since, until) in the place of what was there; answers the slots that are over."""
    slots = [slot for slot in price_slots(since, until) if slot.start < now]
    rows = list(_rows(slots, since, until, now))
    EnergySlot.objects.filter(start__gte=since, start__lt=until).delete()
    EnergySlot.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    return [slot for slot in slots if slot.end <= now - marks.LEAST_AGE]


def _rows(slots: list[Slot], since: datetime, until: datetime, now: datetime) -> Iterator[EnergySlot]:
    house = household(since, until)
    silent = set(house.listed)
    for miner_id, read in samples(since - longest_gap(), min(until, now)):
        silent.discard(miner_id)
        yield from _of_miner(house, miner_id, read, slots, now)
    for miner_id in sorted(silent):
        yield from _of_miner(house, miner_id, (), slots, now)


def _of_miner(
    house: Household, miner_id: int, read: Iterable[Sample], slots: list[Slot], now: datetime
) -> Iterator[EnergySlot]:
    """Rows of one miner. Time from before it was there is not unmeasured: it is nothing at all."""
    uses = integrate(read, slots, longest=longest_gap(), until=now, estimate_w=house.estimates.get(miner_id))
    for slot, use in zip(slots, uses, strict=True):
        absent_s = house.absent_s(miner_id, slot.start)
        unmeasured_s = max(0.0, use.unmeasured_s - absent_s)
        if use.measured_s or use.ths is not None or unmeasured_s:
            own = replace(use, unmeasured_s=unmeasured_s)
            yield EnergySlot(miner_id=miner_id, **asdict(slot), **asdict(own))


def _do_again(now: datetime) -> None:
    """Hours whose readings are still there are computed again, the newest first; older ones are priced again."""
    done = marks.done_until()
    if done is None:
        return
    oldest = now - timedelta(days=settings.CONFIG.retention.raw_days) + HOUR  # its day was not dropped yet
    stale = StaleHour.objects.filter(start__lt=done)
    recent = stale.filter(start__gte=oldest).order_by("-start").values_list("start", flat=True)
    for hour in list(recent[: 2 * HOURS_AT_ONCE]):
        _again(hour, min(hour + HOUR, done), now)
    _price_again(oldest)


@transaction.atomic
def _again(since: datetime, until: datetime, now: datetime) -> None:
    StaleHour.objects.filter(start=since).delete()  # first: who marks it meanwhile marks it again
    _replace(since, until, now)


@transaction.atomic
def _price_again(before: datetime) -> None:
    old = StaleHour.objects.filter(start__lt=before)
    span = old.aggregate(first=Min("start"), last=Max("start"))
    if span["first"] is not None:
        old.delete()
        reprice(span["first"], span["last"] + HOUR)


def _forget(now: datetime) -> None:
    cutoff = now - timedelta(days=settings.CONFIG.retention.hourly_days)
    EnergySlot.objects.filter(start__lt=cutoff).delete()
