"""Buckets drawn by hand for the tests of health."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from miners.health.contract import Bucket
from miners.health.norms import Heat, Norm
from miners.models import FiveMinutes, Miner
from miners.models.rollup import RollUp
from miners.telemetry import partitions

START = datetime(2026, 11, 9, tzinfo=UTC)
NORM = Norm(chip=Heat(65, 75), regulator=Heat(80, 105))
GOOD: dict[str, Any] = {
    "hashrate_ghs": 1000.0,
    "expected_hashrate_ghs": 1000.0,
    "temperature_c": 60.0,
    "vr_temperature_c": 60.0,
    "fan_percent": 50.0,
    "fan_rpm": 4000.0,
    "frequency_mhz": 525.0,
    "core_voltage_mv": 1150.0,
    "accepted": 20,
    "rejected": 0,
    "mode": "standard",
}


def mining(start: datetime, samples: int = 10, **fields: Any) -> Bucket:
    return Bucket(start, samples, samples, **{**GOOD, **fields})


def resting(start: datetime, samples: int = 10) -> Bucket:
    """It answers and is paused; at the plug it is off there is no bucket at all."""
    return Bucket(start, samples, 0)


def five_minutes(count: int, *, first: int = 0, **fields: Any) -> list[Bucket]:
    return [mining(START + timedelta(minutes=5 * (first + number)), **fields) for number in range(count)]


def hours(days: float, told: Callable[[float], dict[str, Any]], *, first_day: float = 0) -> list[Bucket]:
    """One bucket an hour; `told` gives its fields from its time in days."""
    times = [first_day + number / 24 for number in range(int(days * 24))]
    return [mining(START + timedelta(days=time), 120, **told(time)) for time in times]


def shifted(buckets: Sequence[Bucket], by: timedelta) -> list[Bucket]:
    return [bucket._replace(start=bucket.start + by) for bucket in buckets]


def day(until: datetime, **fields: Any) -> list[Bucket]:
    """22 hours of five minutes, an hour before `until`."""
    first = until.replace(minute=0, second=0, microsecond=0) - timedelta(hours=23)
    return [mining(first + timedelta(minutes=5 * number), **fields) for number in range(12 * 22)]


def fortnight(until: datetime, per_day: float = 0.5) -> list[Bucket]:
    """13 days of hours that grow warmer, up to `until`."""
    drawn = hours(13, lambda time: {"temperature_c": 60 + per_day * time})
    return shifted(drawn, until.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1) - drawn[-1].start)


def keep(model: type[RollUp], miner: Miner, buckets: Iterable[Bucket], **fields: Any) -> None:
    """Store them as roll-ups of `miner`."""
    rows = [model(miner_id=miner.pk, **bucket._asdict(), **{"power_w": 20.0, **fields}) for bucket in buckets]
    if model is FiveMinutes:
        partitions.ensure(FiveMinutes, {row.start.date() for row in rows})
    model._default_manager.bulk_create(rows)
