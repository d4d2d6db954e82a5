"""Dearer at once, cheaper only when it lasts or is worth it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.contract import BandAction, Memory
from strategy.decide import decide
from strategy.decide.hysteresis import settle
from strategy.decide.ladder import Ladder
from tests.strategy.drawn import HALF_HOUR, LADDER, LIVE, NOON, band, bands_of, lived, rates, snapshot

STEADY = replace(LIVE, gain_pence=Decimal(100))  # no slot alone is worth anything


@pytest.mark.parametrize(
    ("prices", "taken"),
    [
        ("8 8 8 8", "2 2 2 2"),
        ("8 14 25 31", "2 3 4 5"),  # dearer: at once
        ("31 14 8 3 3", "5 3 2 1 1"),  # cheaper: the next slot agrees
        ("31 8 14 14", "5 3 3 3"),  # as far down as the next slot agrees
        ("14 8 14 14", "3 3 3 3"),  # one cheap slot alone is left alone
        ("14 8 31 8 8", "3 3 5 2 2"),  # off: at once
        ("31 25 31 31", "5 5 5 5"),
        ("14 -1 14 14", "3 0 3 3"),  # a negative price: always
        ("31 -1 31 31", "5 0 5 5"),
        ("14 0 14 14", "3 3 3 3"),  # zero is not negative
        ("14 10 20 10 10", "3 3 4 3 3"),  # on an edge
        ("14 14 8", "3 3 3"),  # what follows is not known
        ("8 14 8 25", "2 3 3 4"),
    ],
)
def test_cheaper_waits_for_the_next_slot_to_agree(prices: str, taken: str) -> None:
    assert bands_of(lived(snapshot(prices, settings=STEADY), len(prices.split()))) == taken


@pytest.mark.parametrize(
    ("prices", "taken"),
    [
        ("14 7 14 14", "3 2 3 3"),  # 3p below 10p: worth it
        ("14 7.01 14 14", "3 3 3 3"),
        ("31 27 31 31", "5 4 5 5"),
        ("31 7 14 14", "5 2 3 3"),  # 14p agrees on Normal, and 3p more is worth following further
        ("14 14 7", "3 3 2"),  # whatever follows
    ],
)
def test_one_slot_alone_is_taken_when_it_saves_the_gain(prices: str, taken: str) -> None:
    assert bands_of(lived(snapshot(prices), len(prices.split()))) == taken


@pytest.mark.parametrize(
    ("dwell_minutes", "taken"), [(30, "5 3 3 3 3"), (60, "5 5 3 3 3"), (90, "5 5 5 3 3"), (0, "5 3 3 3 3")]
)
def test_a_band_is_kept_for_its_dwell_before_a_cheaper_one(dwell_minutes: int, taken: str) -> None:
    settings = replace(LIVE, dwell=timedelta(minutes=dwell_minutes))
    assert bands_of(lived(snapshot("31 14 14 14 14", settings=settings), 5)) == taken


def test_the_dwell_never_delays_a_dearer_band() -> None:
    settings = replace(LIVE, dwell=timedelta(hours=9))
    assert bands_of(lived(snapshot("8 14 31", settings=settings), 3)) == "2 3 5"


def test_a_late_tick_does_not_cost_the_next_slot() -> None:
    late = decide(snapshot("31 14 14", now=NOON + timedelta(seconds=50)))
    prompt = decide(snapshot("31 14 14", now=NOON + HALF_HOUR + timedelta(seconds=1), memory=late.memory))
    assert bands_of([late, prompt]) == "5 3"


def test_a_slot_is_decided_once_however_often_it_is_asked() -> None:
    decisions = list(lived(snapshot("31 7 31 14 14"), 5, every=timedelta(minutes=1)))
    assert len({(each.slot, each.because, each.band and each.band.name) for each in decisions}) == 5


def test_a_dwell_that_ends_within_a_slot_waits_for_the_next() -> None:
    begun = Memory(band="30", since=NOON - timedelta(minutes=20), slot_from=NOON - HALF_HOUR)
    decisions = lived(snapshot("14 14 14", memory=begun), 2, every=timedelta(minutes=10))
    assert bands_of(decisions) == "5 5 5 3 3 3"


def test_new_prices_decide_the_slot_again() -> None:
    alone = decide(snapshot("31 14"))
    at = NOON + HALF_HOUR
    waits = decide(snapshot("31 14", now=at, memory=alone.memory, settings=STEADY))
    agreed = decide(snapshot("31 14 14", now=at + timedelta(minutes=10), memory=waits.memory, settings=STEADY))
    assert bands_of([alone, waits, agreed]) == "5 5 3"
    assert agreed.memory.since == at + timedelta(minutes=10)


def test_a_new_ladder_decides_the_slot_again() -> None:
    before = decide(snapshot("14 14"))
    ladder = (*LADDER[:3], band("10", "Normal", action=BandAction.OFF))
    after = decide(snapshot("14 14", bands=ladder, memory=before.memory))
    assert before.goal == "mine"
    assert after.goal == "off"


def test_a_band_that_is_gone_is_forgotten() -> None:
    before = decide(snapshot("31 14 31"))
    ladder = (band(None, "Low"), band("12", "Mid"), band("40", "High", action=BandAction.OFF))
    after = decide(snapshot("31 14 31", bands=ladder, memory=before.memory))
    assert after.band is not None
    assert after.band.name == "Mid"


def test_a_cheaper_band_that_is_off_is_taken_at_once() -> None:
    ladder = (band(None, "Too cheap", action=BandAction.OFF), band("5", "Dear"))
    names = [each.band and each.band.name for each in lived(snapshot("8 3 8", bands=ladder), 3)]
    assert names == ["Dear", "Too cheap", "Dear"]


PRICES = st.decimals(min_value=-20, max_value=60, places=2)


@given(
    standing=st.none() | st.integers(0, 5),
    rested=st.booleans(),
    next_price=st.none() | PRICES,
    gain=st.decimals(min_value=0, max_value=30, places=2),
    prices=st.tuples(PRICES, PRICES),
)
def test_a_higher_price_never_takes_a_cheaper_level(
    standing: int | None, rested: bool, next_price: Decimal | None, gain: Decimal, prices: tuple[Decimal, Decimal]
) -> None:
    def level(price: Decimal) -> int:
        ladder = Ladder.of(LADDER)
        return settle(ladder, standing=standing, rested=rested, price=price, next_price=next_price, gain=gain)[0]

    assert level(min(prices)) <= level(max(prices))


@given(st.integers(0, 5), PRICES, st.none() | PRICES, st.decimals(min_value=0, max_value=30, places=2))
def test_settling_twice_is_settling_once(
    standing: int, price: Decimal, next_price: Decimal | None, gain: Decimal
) -> None:
    ladder = Ladder.of(LADDER)
    once, _ = settle(ladder, standing=standing, rested=True, price=price, next_price=next_price, gain=gain)
    twice, _ = settle(ladder, standing=once, rested=True, price=price, next_price=next_price, gain=gain)
    assert once == twice
    assert ladder.level(price) <= once <= max(standing, ladder.level(price))


def test_rates_draws_one_half_hour_a_word() -> None:
    assert [(rate.valid_from - NOON) / HALF_HOUR for rate in rates("1 ? 3")] == [0, 2]
