"""Every price is in exactly one band."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.decide.ladder import Ladder
from tests.strategy.drawn import LADDER, band

PRICES = st.decimals(min_value=-100, max_value=200, places=4)


@pytest.mark.parametrize(
    ("price", "name"),
    [
        ("-99.9", "Paid"),
        ("-0.0001", "Paid"),
        ("0", "Free"),
        ("4.9999", "Free"),
        ("5", "Cheap"),
        ("9.99", "Cheap"),
        ("10.00", "Normal"),
        ("20", "Champion"),
        ("29.9999", "Champion"),
        ("30", "Peak"),
        ("1000", "Peak"),
    ],
)
def test_a_price_on_an_edge_belongs_to_the_band_it_begins(price: str, name: str) -> None:
    ladder = Ladder.of(LADDER)
    assert ladder.bands[ladder.level(Decimal(price))].name == name


def test_the_order_in_which_bands_are_given_does_not_matter() -> None:
    assert Ladder.of(reversed(LADDER)) == Ladder.of(LADDER)


def test_the_lowest_band_reaches_down_without_end_even_when_it_names_an_edge() -> None:
    ladder = Ladder.of([band("5", "Low"), band("10", "High")])
    assert ladder.bands[ladder.level(Decimal(-50))].name == "Low"


@given(st.lists(st.decimals(min_value=-50, max_value=99, places=2), unique=True), PRICES, PRICES)
def test_a_higher_price_is_never_in_a_cheaper_band(edges: list[Decimal], one: Decimal, other: Decimal) -> None:
    ladder = Ladder.of([band(None, "lowest"), *(band(str(edge), str(edge)) for edge in edges)])
    low, high = sorted((one, other))
    assert ladder.level(low) <= ladder.level(high) < len(ladder.bands)
    edge = ladder.bands[ladder.level(low)].lower_pence
    assert edge is None or edge <= low


def test_a_band_is_known_by_its_edge_however_it_is_written() -> None:
    assert band("10", "A").key == band("10.00", "B").key == "10"
    assert band("-2.50", "A").key == "-2.5"
    assert band(None, "A").key == "lowest"
