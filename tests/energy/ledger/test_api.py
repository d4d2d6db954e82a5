"""GET /api/energy/costs."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest
import time_machine

from energy.ledger.api import COLUMNS, router
from energy.models import EnergySlot
from tests.energy.ledger.facts import NOON, at, miner
from tests.routers import client

pytestmark = pytest.mark.django_db
api = client(energy=router)


@pytest.fixture(autouse=True)
def _facts() -> None:
    made = miner("=SUM(A1)")
    for start, pence in ((NOON, 20), (at(30), None), (NOON - timedelta(days=30), 10)):
        EnergySlot.objects.create(
            miner_id=made.pk, start=start, end=start + timedelta(minutes=30), kwh_device=0.05, price_pence=pence,
            measured_s=1800, mining_s=1800, mining_kwh=0.05,
        )  # fmt: skip


def test_costs_of_this_month_by_day_without_a_span() -> None:
    with time_machine.travel(at(60), tick=False):
        answer = api.get("/energy/costs").json()
    assert answer["count"] == 1
    row = answer["items"][0]
    assert (row["name"], row["start"], row["end"]) == ("2024-11-22", "2024-11-22T00:00:00Z", "2024-11-23T00:00:00Z")
    assert (row["kwh"], row["cost_pence"], row["saved_pence"], row["unpriced_kwh"]) == (0.1, 1, 0, 0.05)
    assert (row["ths"], row["pence_per_th"], row["miner_id"]) == (None, None, None)


def test_a_span_by_slot_says_null_where_the_price_is_unknown() -> None:
    answer = api.get("/energy/costs?by=slot&from=2024-11-22T00:00:00Z&to=2024-11-23T00:00:00Z").json()
    assert [(row["name"], row["cost_pence"]) for row in answer["items"]] == [
        ("2024-11-22T12:00Z", 1),
        ("2024-11-22T12:30Z", None),
    ]


def test_the_csv_holds_the_same_and_no_formula() -> None:
    answer = api.get("/energy/costs.csv?by=miner&from=2024-11-22T00:00:00Z&to=2024-11-23T00:00:00Z")
    assert answer["Content-Disposition"] == 'attachment; filename="costs-by-miner.csv"'
    header, row = csv.reader(StringIO(answer.content.decode()))
    assert header == COLUMNS
    told = dict(zip(header, row, strict=True))
    assert (told["name"], told["cost_pence"], told["ths"]) == ("'=SUM(A1)", "1.000000", "")


@pytest.mark.parametrize("question", ["by=week", "from=2024-11-22T00:00:00Z&to=2024-11-22T00:00:00Z", "from=yesterday"])
def test_an_impossible_question_is_a_422(question: str) -> None:
    assert api.get(f"/energy/costs?{question}").status_code == 422
