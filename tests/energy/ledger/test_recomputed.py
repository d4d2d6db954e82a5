"""Cost and saved of a fleet like the demo's are what a slow, separate computation finds in the raw rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from energy.ledger import costs, keep
from energy.models import PriceSlot
from miners.models import Miner, Telemetry
from miners.telemetry import Row
from tests.energy.ledger.facts import miner, priced, read, tariff
from tests.energy.ledger.recomputed import Raw, Result, recompute

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
UNPRICED = (21, 22, 40)  # half hours of the day
FLEET: tuple[tuple[str, float | None, float | None, float | None, float], ...] = (
    # name, wall W, device W, estimate W, GH/s
    ("Gamma", None, 17.3, None, 1180.5),
    ("Nerd", 84.25, 76.5, None, 4810.0),
    ("Nano", 148.5, None, 140.0, 6600.0),
    ("Lottery", None, None, 1.6, 0.356),
)


def day_of(made: Miner, start: datetime, hours: int, wall: float | None, device: float | None, ghs: float) -> list[Row]:
    """Readings about every half minute, with gaps, a paused evening, and a plug that goes silent."""
    chance, rows, at = Random(made.name), [], start - timedelta(seconds=70)
    while at < start + timedelta(hours=hours):
        hour = (at - start) / timedelta(hours=1)
        paused, wave = 15 <= hour < 19, chance.uniform(0.97, 1.03)
        rows.append(
            Row(
                at, made.pk, state="paused" if paused else "mining",
                hashrate_ghs=None if chance.random() < 0.02 else 0 if paused else ghs * wave,
                wall_power_w=wall * (0.06 if paused else wave) if wall and chance.random() < 0.8 else None,
                power_w=device * (0.04 if paused else wave) if device else None,
            )
        )  # fmt: skip
        pause = chance.choice([600, 5400, 95]) if chance.random() < 0.004 else chance.choice([29, 30, 31])
        at += timedelta(seconds=pause)
    return rows


@pytest.mark.parametrize(("day", "hours"), [((2024, 6, 3), 24), ((2024, 10, 27), 25)], ids=["summer", "clock change"])
def test_cost_and_saved_are_what_the_raw_rows_say(day: tuple[int, int, int], hours: int) -> None:
    start = datetime(*day, tzinfo=LONDON).astimezone(UTC)
    end = start + timedelta(hours=hours)
    tariff()
    chance = Random(7)
    priced(start, [round(chance.uniform(-6, 38), 4) for _ in range(2 * hours)])
    gone = [start + timedelta(minutes=30) * number for number in UNPRICED]
    PriceSlot.objects.filter(valid_from__in=gone).delete()
    for name, wall, device, estimate, ghs in FLEET:
        made = miner(name, since=start, estimated_power_w=estimate)
        read(day_of(made, start, hours, wall, device, ghs))
    for _ in range(3):
        keep(end + timedelta(minutes=2))
    kept = {row.name: row for row in costs(start, end, "miner")}
    slow = {made.name: slowly(made, start, end) for made in Miner.objects.all()}
    assert kept.keys() == slow.keys()
    for name, result in slow.items():
        row = kept[name]
        told = (row.kwh, row.cost_pence, row.baseline_pence, row.saved_pence, row.ths, row.unmeasured_s)
        assert [float(each or 0) for each in told] == pytest.approx(
            [result.kwh, result.cost_pence, result.baseline_pence, result.saved_pence, result.ths, result.unmeasured_s],
            rel=1e-6, abs=2e-5,
        ), name  # fmt: skip
        assert row.unmeasured_s > 0
    (whole,) = costs(start, end)
    for name in ("cost_pence", "saved_pence", "kwh"):
        assert float(getattr(whole, name)) == pytest.approx(
            sum(getattr(each, name) for each in slow.values()), abs=1e-4
        )


def slowly(made: Miner, start: datetime, end: datetime) -> Result:
    rows = Telemetry.objects.filter(miner_id=made.pk).order_by("time")
    raw = [
        Raw(int(row.time.timestamp()), row.wall_power_w, row.power_w, row.state == "mining", row.hashrate_ghs)
        for row in rows
    ]
    prices = {int(slot.valid_from.timestamp()): float(slot.price_pence) for slot in PriceSlot.objects.all()}
    return recompute(raw, prices, start, end, made.estimated_power_w)
