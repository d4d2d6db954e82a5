"""Observed answers and years of observed prices, where they are at hand; they are not part of the product."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from energy.sources.octopus import newest_product
from energy.sources.rates import SLOT, read_rows
from tests.energy.rows import at

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
PAYLOADS = DATA / "payloads" / "octopus"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the observed data are not on this machine")


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / name).read_bytes(), parse_float=Decimal)


@pytest.mark.parametrize(
    ("name", "slots", "first"),
    [
        ("unit_rates_A_2025-01-20_cap_100p.json", 48, "2025-01-20 00:00"),
        ("unit_rates_A_2025-03-30_dst_spring_46.json", 46, "2025-03-30 00:00"),
        ("unit_rates_A_2025-05-25_negative.json", 48, "2025-05-24 23:00"),
        ("unit_rates_A_2025-10-26_dst_autumn_50.json", 50, "2025-10-25 23:00"),
        ("unit_rates_A_2025-11-20_morning_partial.json", 46, "2025-11-20 00:00"),
        ("unit_rates_A_2026-01-18_evening_published.json", 100, "2026-01-17 21:00"),
    ],
)
def test_an_observed_answer_is_read_whole(name: str, slots: int, first: str) -> None:
    rates, rejected = read_rows(payload(name)["results"])
    assert rejected == ()
    assert (len(rates), rates[0].valid_from) == (slots, at(first))
    assert all(later.valid_from == earlier.valid_to for earlier, later in pairwise(rates))


def test_prices_that_are_no_half_hours_are_left_out() -> None:
    rates, rejected = read_rows(payload("flexible_unit_rates_payment_methods.json")["results"])
    assert (len(rates), len(rejected)) == (0, 2)


def test_the_current_product_is_found_in_an_observed_list() -> None:
    rows = payload("products_list_excerpt.json")["results"]
    assert newest_product(rows, at("2026-11-22 12:00")) == "AGILE-24-10-01"


@pytest.mark.parametrize(("name", "slots"), [("A_2018-02-19_2021-08-23", 61_532), ("J_2020-01-01_2024-05-14", 76_604)])
def test_years_of_observed_prices_are_read_without_a_gap(name: str, slots: int) -> None:
    with (DATA / "agile" / f"agile_import_{name}.csv").open() as file:
        rates, rejected = read_rows(csv.DictReader(file))
    assert rejected == ()
    assert len(rates) == slots
    assert all(later.valid_from - earlier.valid_from == SLOT for earlier, later in pairwise(rates))
