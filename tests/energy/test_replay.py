"""Years of observed prices through the simulated Octopus API, page by page; where the data are at hand."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from energy.models import PriceSlot, Tariff
from energy.services import ask_history, refresh, set_tariff
from energy.simulators.octopus import Octopus
from energy.sources.octopus import ZONE
from hmm_project.config import Endpoints
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running

AGILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "agile"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not AGILE.is_dir(), reason="the observed data are not on this machine"),
]
MOST_REFRESHES = 20


def observed(name: str) -> dict[datetime, Decimal]:
    with (AGILE / name).open() as file:
        return {
            datetime.fromisoformat(row["valid_from"]).astimezone(UTC): Decimal(row["value_inc_vat"])
            for row in csv.DictReader(file)
        }


def by_local_day(prices: Mapping[datetime, Decimal]) -> dict[date, list[Decimal]]:
    days: dict[date, list[Decimal]] = defaultdict(list)
    for start, pence in prices.items():
        days[start.astimezone(ZONE).date()].append(pence)
    return days


@contextmanager
def octopus_at(now: datetime, name: str) -> Iterator[Simulation]:
    """An Octopus whose present is the end of the file."""
    service = {"host": "127.0.0.1", "port": 0, "prices": str(AGILE / name), "prices_from": f"{now:%Y-%m-%d}"}
    builders = {"octopus": lambda spec, simulation: Octopus(spec, simulation, lambda: now)}
    with running(parse({"services": {"octopus": service}}), builders) as simulation:
        yield simulation


@pytest.mark.parametrize(
    ("region", "name", "slots"),
    [
        ("A", "agile_import_A_2018-02-19_2021-08-23.csv", 61_532),
        ("J", "agile_import_J_2020-01-01_2024-05-14.csv", 76_604),
    ],
)
def test_years_of_prices_are_stored_once_and_to_the_last_digit(
    settings: Settings, region: str, name: str, slots: int
) -> None:
    expected = observed(name)
    now = max(expected)
    with octopus_at(now, name) as simulation:
        url = f"http://{simulation.service('octopus').address}"
        settings.CONFIG = replace(settings.CONFIG, endpoints=Endpoints(octopus=url))
        set_tariff(source="octopus", region=region, product="AGILE-24-10-01", actor="ada", now=now)
        ask_history(min(expected), now=now)
        for _ in range(MOST_REFRESHES):
            assert refresh(now).failure == ""
            if Tariff.objects.get().gap_until is None:
                break
    stored = PriceSlot.objects.filter(series=f"octopus:{region}")
    assert stored.count() == len(expected) == slots
    assert all(slot.valid_to - slot.valid_from == timedelta(minutes=30) for slot in stored.iterator())
    found = dict(stored.values_list("valid_from", "price_pence"))
    assert found.keys() == expected.keys()
    days, expected_days = by_local_day(found), by_local_day(expected)
    assert {day: sum(prices) for day, prices in days.items()} == {
        day: sum(prices) for day, prices in expected_days.items()
    }
    assert_clock_changes(days)


def assert_clock_changes(days: Mapping[date, list[Decimal]]) -> None:
    """Whole days have 48 slots, the last Sundays of March 46 and of October 50."""
    whole = sorted(days)[1:-1]
    lengths = {day: len(days[day]) for day in whole}
    short = {day for day in whole if day.month == 3 and day.isoweekday() == 7 and day.day > 24}
    long = {day for day in whole if day.month == 10 and day.isoweekday() == 7 and day.day > 24}
    assert len(short) >= 3
    assert len(long) >= 3
    assert {day for day, length in lengths.items() if length == 46} == short
    assert {day for day, length in lengths.items() if length == 50} == long
    assert set(lengths.values()) == {46, 48, 50}
