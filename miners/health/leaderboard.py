"""Who makes the most hashes of a joule, as measured while mining."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Case, Count, F, Sum, When
from django.db.models.functions import Coalesce

from miners.models import FiveMinutes, Hour, Miner

FINE_DAYS = 7  # up to here by five minutes, so that hours of two modes or half a rest count in part
FEWEST_SAMPLES = 20


class Meter(StrEnum):
    """What measured the watts. A plug sees the power supply's losses, most devices do not."""

    PLUG = "plug"
    DEVICE = "device"
    BOTH = "both"  # one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    miner: Miner
    efficiency_j_th: float
    hashrate_ghs: float  # mean while mining
    power_w: float
    meter: Meter
    samples: int


def leaderboard(now: datetime, days: float) -> list[Rank]:
    """The thriftiest first; nobody who was hardly measured. Two queries.

    From buckets in which a miner only mined, each with the weight of its readings.
    """
    model = FiveMinutes if days <= FINE_DAYS else Hour
    rows = (
        model._default_manager.filter(
            start__gte=now - timedelta(days=days), start__lt=now, mining=F("samples"), hashrate_ghs__gt=0
        )
        .annotate(watts=Coalesce(F("wall_power_w"), F("power_w")))
        .filter(watts__gt=0)
        .values("miner_id")
        .annotate(
            count=Sum("samples"),
            watts_weighed=Sum(F("watts") * F("samples")),
            ghs_weighed=Sum(F("hashrate_ghs") * F("samples")),
            buckets=Count("start"),
            at_plug=Count(Case(When(wall_power_w__isnull=False, then=1))),
        )
        .filter(count__gte=FEWEST_SAMPLES)
    )
    miners = Miner.objects.in_bulk()
    ranks = [
        Rank(
            miner=miners[row["miner_id"]],
            efficiency_j_th=row["watts_weighed"] / row["ghs_weighed"] * 1000,
            hashrate_ghs=row["ghs_weighed"] / row["count"],
            power_w=row["watts_weighed"] / row["count"],
            meter=_meter(row["at_plug"], row["buckets"]),
            samples=row["count"],
        )
        for row in rows
        if row["miner_id"] in miners
    ]
    return sorted(ranks, key=lambda rank: (rank.efficiency_j_th, rank.miner.name))


def _meter(at_plug: int, buckets: int) -> Meter:
    if at_plug == buckets:
        return Meter.PLUG
    return Meter.BOTH if at_plug else Meter.DEVICE
