"""Prices are kept and found on the SQLite fall-back too."""

from __future__ import annotations

from pathlib import Path

from tests.miners.sqlite import run

SCRIPT = """
for app in ("auditlog", "energy"):
    call_command("migrate", app, verbosity=0)
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from energy import prices
from energy.contract import Rate
from energy.models import Tariff
from energy.storing import store

start = datetime(2026, 1, 1, tzinfo=UTC)
half_hour = timedelta(minutes=30)


def rates(pence, count):
    return [Rate(start + half_hour * n, start + half_hour * (n + 1), Decimal(pence)) for n in range(count)]


Tariff.objects.create(pk=1, region="A")
print(store("octopus:A", "AGILE-24-10-01", rates("-0.9135", 1500)).added)
print(len(store("octopus:A", "AGILE-24-10-01", rates("5.25", 3)).corrections))
print(prices.rate_at(start).price_pence, prices.rate_at(start + half_hour * 3).price_pence)
print(prices.newest_end() == start + half_hour * 1500)
print(len(prices.known_rates(since=start, until=start + half_hour * 2)))
print(prices.rate_at(start - half_hour))
"""


def test_prices_are_kept_and_found_in_sqlite(tmp_path: Path) -> None:
    assert run(tmp_path, SCRIPT).split() == ["1500", "3", "5.2500", "-0.9135", "True", "2", "None"]
