"""Sums over the rows of the ledger: what the database adds up, one query each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from django.db.models import ExpressionWrapper, F, FloatField, Q, Sum
from django.db.models.functions import TruncDate

from energy.ledger.baseline import DAYS_BACK, Mined
from energy.models import EnergySlot
from miners.models import Miner

PRICED = Q(price_pence__isnull=False)
PENCE_S = ExpressionWrapper((F("measured_s") + F("unmeasured_s")) * F("price_pence"), output_field=FloatField())
TOTALS: dict[str, Any] = {
    "total_kwh": Sum("kwh"),
    "wall": Sum("kwh_wall"),
    "device": Sum("kwh_device"),
    "estimate": Sum("kwh_estimate"),
    "measured": Sum("measured_s"),
    "unmeasured": Sum("unmeasured_s"),
    "mining": Sum("mining_s"),
    "total_ths": Sum("ths"),
    "cost": Sum("cost_pence"),
    "priced_kwh": Sum("kwh", filter=PRICED),
    "priced_ths": Sum("ths", filter=PRICED),
    "pence_s": Sum(PENCE_S),
}
MINED: dict[str, Any] = {"drew": Sum("mining_kwh"), "seconds": Sum("mining_s")}


@dataclass(frozen=True, slots=True)
class Piece:
    """The sums of a miner's slots of one local day, or of one slot. What no priced slot has is None."""

    miner_id: int
    day: date
    start: datetime | None  # with `end`, of the slot
    end: datetime | None
    kwh: float
    kwh_wall: float
    kwh_device: float
    kwh_estimate: float
    measured_s: float
    unmeasured_s: float
    mining_s: float
    ths: float | None
    cost_pence: Decimal | None
    priced_kwh: float | None
    priced_ths: float | None
    pence_s: float | None  # price times seconds: what a kilowatt would have cost, times 3600


def days(since: datetime, until: datetime, zone: tzinfo) -> Iterator[Piece]:
    """One piece a miner and local day of the slots that begin in [since, until)."""
    rows = _grouped(since, until, zone, ("miner_id", "day"), TOTALS)
    return (Piece(row[0], row[1], None, None, *row[2:]) for row in rows)


def slots(since: datetime, until: datetime, zone: tzinfo) -> Iterator[Piece]:
    """One piece a miner and slot."""
    return (Piece(*row) for row in _grouped(since, until, zone, ("miner_id", "day", "start", "end"), TOTALS))


def mined(since: datetime, until: datetime, zone: tzinfo) -> dict[int, dict[date, Mined]]:
    """What every miner drew while it mined, on the local days of [since, until) and the seven before, by its id."""
    first = midnight(since.astimezone(zone).date() - timedelta(days=DAYS_BACK), zone)
    last = midnight(until.astimezone(zone).date() + timedelta(days=1), zone)
    found: dict[int, dict[date, Mined]] = defaultdict(dict)
    for miner_id, day, kwh, seconds in _grouped(first, last, zone, ("miner_id", "day"), MINED):
        found[miner_id][day] = Mined(kwh, seconds)
    return found


def miners() -> dict[int, tuple[str, float | None]]:
    """Names and estimates in W by id."""
    return {pk: (name, estimate) for pk, name, estimate in Miner.objects.values_list("pk", "name", "estimated_power_w")}


def midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time(), zone)


def _grouped(
    since: datetime, until: datetime, zone: tzinfo, by: tuple[str, ...], totals: dict[str, Any]
) -> Iterable[tuple[Any, ...]]:
    rows = EnergySlot.objects.filter(start__gte=since, start__lt=until).order_by()
    by_day = rows.annotate(day=TruncDate("start", tzinfo=zone)).values(*by)
    grouped: Iterable[tuple[Any, ...]] = by_day.annotate(**totals).values_list(*by, *totals)
    return grouped
