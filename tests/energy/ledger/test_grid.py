"""The slots of the ledger leave no gap, never overlap, and never cross an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from energy.ledger.grid import HOUR, Slot, floor, slots

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def priced(start: float, end: float, pence: int = 10, series: str = "octopus:A") -> Slot:
    return Slot(at(start), at(end), Decimal(pence), series)


def shown(found: list[Slot]) -> list[tuple[object, ...]]:
    minutes = timedelta(minutes=1)
    return [((slot.start - START) / minutes, (slot.end - START) / minutes, slot.price_pence) for slot in found]


def test_without_prices_there_are_half_hours() -> None:
    assert shown(slots([], at(10), at(70))) == [(10, 30, None), (30, 60, None), (60, 70, None)]


def test_price_slots_of_any_length_stand_between_unpriced_half_hours() -> None:
    found = slots([priced(15, 30, 1), priced(60, 120, 2)], at(0), at(150))
    assert shown(found) == [(0, 15, None), (15, 30, 1), (30, 60, None), (60, 120, 2), (120, 150, None)]


def test_a_price_slot_that_crosses_an_hour_is_cut_there() -> None:
    assert shown(slots([priced(30, 90, 7)], at(0), at(120)))[1:3] == [(30, 60, 7), (60, 90, 7)]


def test_of_two_prices_for_one_time_the_first_is_right() -> None:
    assert shown(slots([priced(0, 30, 1), priced(0, 60, 2)], at(0), at(60))) == [(0, 30, 1), (30, 60, 2)]


QUARTERS = st.integers(-8, 40)


@given(st.lists(st.tuples(QUARTERS, st.sampled_from([1, 2, 4])), max_size=20), QUARTERS, st.integers(1, 30))
def test_every_moment_has_one_slot(given_slots: list[tuple[int, int]], since: int, length: int) -> None:
    prices = [priced(15 * start, 15 * (start + width), start) for start, width in given_slots]
    begin, end = at(15 * since), at(15 * (since + length))
    found = slots(prices, begin, end)
    assert (found[0].start, found[-1].end) == (begin, end)
    assert all(one.end == other.start for one, other in pairwise(found))
    assert all(slot.start < slot.end <= floor(slot.start) + HOUR for slot in found)
    for slot in found:
        over = next((each for each in prices if each.start <= slot.start < each.end), None)
        assert slot.price_pence == (over.price_pence if over else None)
