"""Where the ledger's facts come from: readings, miners and prices, one query each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings

from energy.ledger.grid import Slot, slots
from energy.ledger.integrate import Sample
from energy.models import TARIFF, EnergySlot, PriceSlot, Tariff
from miners.contract import State
from miners.models import Miner, Telemetry

POLLS = 3  # that may be missed before nobody knows what a miner drew
COLUMNS = ("miner_id", "time", "wall_power_w", "power_w", "hashrate_ghs", "state")
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Household:
    """Which miners have a row in every slot; by id since when they are known, and what their owners estimate in W."""

    listed: frozenset[int]
    since: dict[int, datetime]
    estimates: dict[int, float | None]

    def absent_s(self, miner_id: int, start: datetime) -> float:
        """Seconds from `start` until the miner was there."""
        since = self.since.get(miner_id, start)
        return max(0.0, (since - start).total_seconds())


def longest_gap() -> timedelta:
    """How long a reading speaks for its miner where no other follows."""
    return timedelta(seconds=POLLS * settings.CONFIG.intervals.poll)


def samples(since: datetime, until: datetime) -> Iterator[tuple[int, Iterator[Sample]]]:
    """The readings of [since, until) in order of time, miner by miner."""
    rows = Telemetry.objects.filter(time__gte=since, time__lt=until).order_by("miner_id", "time")
    each = rows.values_list(*COLUMNS).iterator(chunk_size=CHUNK)
    for miner_id, group in groupby(each, key=lambda row: row[0]):
        yield (
            miner_id,
            (
                Sample(time, wall_power_w, power_w, hashrate_ghs, state == State.MINING)
                for _, time, wall_power_w, power_w, hashrate_ghs, state in group
            ),
        )


def household(since: datetime, until: datetime) -> Household:
    """Enabled miners that were there by `until`, and whoever has a row in [since, until) already."""
    miners = list(Miner.objects.values_list("pk", "estimated_power_w", "enabled", "created_at"))
    kept = EnergySlot.objects.filter(start__gte=since, start__lt=until).values_list("miner_id", flat=True)
    listed = {pk for pk, _, enabled, created in miners if enabled and created < until}
    return Household(
        listed=frozenset(listed.union(kept.distinct())),
        since={pk: created for pk, *_, created in miners},
        estimates={pk: estimate for pk, estimate, *_ in miners},
    )


def price_slots(since: datetime, until: datetime) -> list[Slot]:
    """The slots of [since, until). What was priced by another tariff before stays as it was paid."""
    series = Tariff.objects.filter(pk=TARIFF).values_list("series", flat=True).first() or ""
    paid = EnergySlot.objects.filter(start__gte=since, start__lt=until, price_pence__isnull=False)
    before = paid.exclude(series=series).values_list("start", "end", "price_pence", "series").distinct()
    prices = PriceSlot.objects.filter(series=series, valid_to__gt=since, valid_from__lt=until)
    now = prices.values_list("valid_from", "valid_to", "price_pence", "series")
    return slots([Slot(*row) for row in (*before, *now)], since, until)
