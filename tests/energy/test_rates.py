"""Rows of unit rates: what is kept, what is refused, what is repeated."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.contract import Rate
from energy.sources.currencies import CURRENCIES
from energy.sources.rates import SLOT, read_rows
from tests.energy.rows import at, row, slots

START = at("2025-11-26 23:30")


def test_a_row_becomes_a_rate_including_vat() -> None:
    rates, rejected = read_rows([row(START, Decimal("15.4035"))])
    assert rates == (Rate(START, START + SLOT, Decimal("15.4035")),)
    assert rejected == ()


@pytest.mark.parametrize(
    ("pence", "kept"), [(0, "0"), (Decimal("-0.9135"), "-0.9135"), (Decimal("99.9915"), "99.9915"), ("15.75", "15.75")]
)
def test_zero_negative_and_capped_prices_are_normal(pence: Any, kept: str) -> None:
    rates, _ = read_rows([row(START, pence)])
    assert [rate.price_pence for rate in rates] == [Decimal(kept)]


@pytest.mark.parametrize(
    "pence",
    [None, True, [], {}, "", "free", "NaN", Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("200.01"),
     Decimal("-200.01"), 10**40, "1e999999"],
)  # fmt: skip
def test_what_is_no_price_is_left_out_and_said(pence: Any) -> None:
    rates, rejected = read_rows([row(START, pence), row(START + SLOT, 5)])
    assert [rate.valid_from for rate in rates] == [START + SLOT]
    assert len(rejected) == 1
    assert rejected[0].startswith("2025-11-26 23:30 UTC has the price")


@pytest.mark.parametrize(
    "other",
    [
        {"valid_to": None},
        {"valid_from": None},
        {"valid_from": 1764199800},
        {"valid_from": "yesterday"},
        {"valid_from": "2025-11-26T23:30:00"},
        {"valid_from": "0001-01-01T00:00:00+14:00"},
        {"valid_to": "2025-11-27T00:30:00Z"},
        {"valid_to": "2025-11-26T23:30:00Z"},
        {"valid_from": "2025-11-26T23:45:00Z", "valid_to": "2025-11-27T00:15:00Z"},
    ],
)
def test_what_is_no_half_hour_is_left_out_and_said(other: dict[str, Any]) -> None:
    rates, rejected = read_rows([row(START, 5, **other)])
    assert rates == ()
    assert len(rejected) == 1


@pytest.mark.parametrize("junk", [None, 7, "row", [], [1]])
def test_a_row_that_is_no_object_is_left_out_and_said(junk: Any) -> None:
    assert read_rows([junk, row(START, 5)])[0] == read_rows([row(START, 5)])[0]
    assert len(read_rows([junk])[1]) == 1


def test_a_window_listed_once_for_each_way_of_paying_counts_once() -> None:
    rates, rejected = read_rows(
        [
            row(START, 31, payment_method="NON_DIRECT_DEBIT"),
            row(START, 30, payment_method="DIRECT_DEBIT"),
            row(START, 32, payment_method={"odd": []}),
        ]
    )
    assert [rate.price_pence for rate in rates] == [30]
    assert rejected == ()


def test_of_two_prices_for_one_slot_the_dearer_is_kept_and_it_is_said() -> None:
    for pair in ([row(START, 3), row(START, 9)], [row(START, 9), row(START, 3)]):
        rates, rejected = read_rows(pair)
        assert [rate.price_pence for rate in rates] == [9]
        assert rejected == ("2025-11-26 23:30 UTC has two prices: the dearer one is kept",)


def test_a_time_with_an_offset_is_the_same_slot() -> None:
    summer = row(START, 5, valid_from="2025-11-27T00:30:00+01:00", valid_to="2025-11-27T01:00:00+01:00")
    assert read_rows([summer])[0][0].valid_from == START


def test_more_decimals_than_are_kept_are_rounded() -> None:
    assert read_rows([row(START, Decimal("30.72027"))])[0][0].price_pence == Decimal("30.7203")


def test_both_clock_changes_keep_every_half_hour() -> None:
    spring = slots(at("2025-03-30 00:00"), [5] * 46)  # local midnight to local midnight
    autumn = slots(at("2025-10-25 23:00"), [5] * 50)
    assert len(read_rows(spring)[0]) == 46
    assert len(read_rows(autumn)[0]) == 50


@given(st.lists(st.integers(min_value=-2000, max_value=10000), max_size=60), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(prices: list[int], rng: random.Random) -> None:
    rows = slots(START, [Decimal(pence) / 100 for pence in prices])
    shuffled = rows + rng.sample(rows, len(rows) // 2)
    rng.shuffle(shuffled)
    rates, rejected = read_rows(shuffled)
    assert rejected == ()
    assert [rate.price_pence for rate in rates] == [Decimal(pence) / 100 for pence in prices]
    assert all(later.valid_from - earlier.valid_from == SLOT for earlier, later in pairwise(rates))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=30) | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("value_inc_vat", "valid_from", "valid_to", "payment_method")


@given(st.lists(JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)), max_size=6))
def test_whatever_is_sent_yields_usable_rates_or_sentences(rows: list[Any]) -> None:
    rates, _ = read_rows(rows)
    for rate in rates:
        assert abs(rate.price_pence) <= CURRENCIES["GBP"].highest
        assert rate.valid_to - rate.valid_from == timedelta(minutes=30)
