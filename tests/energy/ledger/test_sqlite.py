"""The same ledger on SQLite."""

from __future__ import annotations

from pathlib import Path

from tests.miners import sqlite

SCRIPT = """
call_command("migrate", "energy", verbosity=0)
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from energy import repricing
from energy.ledger import costs, keep, today
from energy.models import EnergySlot, PriceSlot, StaleHour, Tariff
from miners.models import Miner
from miners.telemetry import Row, append

start = datetime(2024, 6, 3, 22, 30, tzinfo=UTC)  # half an hour before the local midnight
half = timedelta(minutes=30)
made = Miner.objects.create(name="Blue", kind="bitaxe", host="192.168.1.9", port=80)
Miner.objects.update(created_at=start)
Tariff.objects.create(pk=1, source="octopus", region="C")
def price(pence):
    for number in range(3):
        PriceSlot.objects.update_or_create(
            series="octopus:C", valid_from=start + number * half,
            defaults={"valid_to": start + (number + 1) * half, "price_pence": pence})
price(Decimal("10.5"))
every = [Row(start + timedelta(seconds=30 * n), made.pk, power_w=100, hashrate_ghs=1000, state="mining")
         for n in range(180)]
append(every[:170])
keep(start + 4 * half)
append(every[170:])
assert StaleHour.objects.exists()
price(Decimal("-4.25"))
repricing.stale(start, start + 3 * half)
keep(start + 4 * half)
rows = list(EnergySlot.objects.order_by("start").values_list("kwh", "cost_pence"))
assert rows[:3] == [(0.05, Decimal("-0.2125"))] * 3, rows
days = [(row.name, row.cost_pence, row.saved_pence) for row in costs(start, start + 3 * half)]
assert days == [("2024-06-03", Decimal("-0.2125"), 0), ("2024-06-04", Decimal("-0.425"), 0)], days
assert [row.name for row in costs(start, start + half, "slot")] == ["2024-06-03T22:30Z"]
assert today(start + 2 * half).cost_pence == Decimal("-0.425"), today(start + 2 * half)
print("good")
"""


def test_the_ledger_works_on_sqlite(tmp_path: Path) -> None:
    assert sqlite.run(tmp_path, SCRIPT) == "good\n"
