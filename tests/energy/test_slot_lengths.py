"""Slots of 15, 30 and 60 minutes go through decision, plan and ribbon as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from energy.contract import Rate
from hmm_project.dashboard.outlook import band_until, next_change
from hmm_project.dashboard.ribbon import ribbon
from strategy.decide import decide, plan
from tests.strategy.drawn import LONDON, NOON, snapshot

MINUTES = [15, 30, 60]


def priced(minutes: int, prices: str) -> tuple[Rate, ...]:
    length = timedelta(minutes=minutes)
    return tuple(Rate(NOON + length * n, NOON + length * (n + 1), Decimal(p)) for n, p in enumerate(prices.split()))


@pytest.mark.parametrize("minutes", MINUTES)
def test_a_decision_holds_for_its_slot_and_the_next_change_is_at_an_edge(minutes: int) -> None:
    taken = replace(snapshot(""), rates=priced(minutes, "12 12 35 35 12 12"))
    decision = decide(taken)
    length = timedelta(minutes=minutes)
    assert decision.slot.valid_to == NOON + length
    assert decision.next_change is not None
    assert decision.next_change.at == NOON + 2 * length


@pytest.mark.parametrize("minutes", MINUTES)
def test_the_plan_costs_what_its_slots_last(minutes: int) -> None:
    taken = replace(snapshot(""), rates=priced(minutes, "12 12 35 35 12 12"))
    ahead = plan(taken)
    known = [slot for slot in ahead.slots if slot.known]
    assert [slot.valid_to - slot.valid_from for slot in known] == [timedelta(minutes=minutes)] * 6
    assert known[0].expected_kwh == pytest.approx(known[0].expected_w / 1000 * minutes / 60)
    assert band_until(ahead, NOON) == NOON + timedelta(minutes=2 * minutes)
    assert next_change(ahead, NOON) is not None
    drawn = ribbon(ahead, (), {1: "M1"}, now=NOON, zone=LONDON, most_lanes=5)
    assert [column.valid_from for column in drawn.columns[:6]] == [slot.valid_from for slot in known]


def test_lengths_may_change_on_the_way_and_what_follows_is_unknown_without_a_gap() -> None:
    rates = priced(60, "12 12") + tuple(
        Rate(NOON + timedelta(minutes=120 + 15 * n), NOON + timedelta(minutes=135 + 15 * n), Decimal(8))
        for n in range(3)
    )
    slots = plan(replace(snapshot(""), rates=rates)).slots
    assert all(earlier.valid_to == later.valid_from for earlier, later in pairwise(slots))
    assert [slot.known for slot in slots[:6]] == [True] * 5 + [False]
    assert slots[5].valid_from == NOON + timedelta(minutes=165)
    assert slots[5].valid_to == NOON + timedelta(minutes=180)
