"""Miners, readings and prices for tests of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from energy.models import TARIFF, PriceSlot, Tariff
from miners.models import Miner
from miners.telemetry import Row, append

NOON = datetime(2024, 11, 22, 12, tzinfo=UTC)
SERIES = "octopus:C"


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def tariff(region: str = "C") -> None:
    Tariff.objects.update_or_create(pk=TARIFF, defaults={"source": "octopus", "region": region})


def miner(name: str = "Blue", *, since: datetime = NOON - timedelta(days=60), **fields: Any) -> Miner:
    port = 1000 + Miner.objects.count()
    made = Miner.objects.create(name=name, kind="bitaxe", host="192.168.1.20", port=port, **fields)
    Miner.objects.filter(pk=made.pk).update(created_at=since)
    return made


def priced(start: datetime, pence: Sequence[float | str], *, minutes: int = 30, series: str = SERIES) -> None:
    width = timedelta(minutes=minutes)
    for number, price in enumerate(pence):
        PriceSlot.objects.update_or_create(
            series=series,
            valid_from=start + number * width,
            defaults={"valid_to": start + (number + 1) * width, "price_pence": Decimal(str(price))},
        )


def readings(made: Miner, start: datetime, until: datetime, **values: Any) -> list[Row]:
    """A reading each 30 s of [start, until)."""
    told: dict[str, Any] = {"power_w": 100.0, "hashrate_ghs": 1000.0, "state": "mining"} | values
    count = int((until - start).total_seconds()) // 30
    return [Row(start + timedelta(seconds=30 * number), made.pk, **told) for number in range(count)]


def read(*rows: Iterable[Row]) -> None:
    append([row for each in rows for row in each])
