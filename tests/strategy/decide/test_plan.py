"""The plan is the decisions ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from miners.contract import Capability, State
from strategy.contract import Goal, PlanSlot
from strategy.decide import plan
from tests.strategy.drawn import HALF_HOUR, NOON, World, lived, miner, plug, snapshot

DAY = "8 14 8 25 31.8 36 22 14 7 -1 14 14 3 4 5 2 9.5 9.4 ? ? 8 8"


def known(drawing: str, **more: object) -> list[PlanSlot]:
    return [slot for slot in plan(snapshot(drawing, **more)).slots if slot.known]


def test_it_covers_every_known_slot_and_a_day_at_least() -> None:
    slots = plan(snapshot("8 14 31", now=NOON + timedelta(minutes=12))).slots
    assert slots[0].valid_from == NOON
    assert slots[-1].valid_to >= NOON + timedelta(hours=24)
    assert all(slot.valid_to == after.valid_from for slot, after in pairwise(slots))
    assert [slot.known for slot in slots] == [True] * 3 + [False] * (len(slots) - 3)
    assert len(plan(snapshot("8 " * 96)).slots) == 96


def test_what_follows_the_known_prices_is_the_hold_and_the_safe_action_and_is_marked() -> None:
    slots = plan(snapshot("8 8")).slots
    assert [(slot.known, slot.goal) for slot in slots[:4]] == [
        (True, Goal.MINE),
        (True, Goal.MINE),
        (False, Goal.MINE),
        (False, Goal.OFF),
    ]
    assert slots[2].expected_pence is None


def test_it_is_the_live_decision_slot_by_slot() -> None:
    fleet = (miner(1, switch_id=1), miner(2, switch_id=1), miner(3), miner(4, kind="nmminer", modes=()))
    scene = snapshot(DAY, miners=fleet, switches=(plug(1),))
    slots = plan(scene).slots
    decisions = list(lived(scene, len(DAY.split())))
    for slot, decision in zip(slots, decisions, strict=False):
        assert (slot.valid_from, slot.valid_to) == (decision.slot.valid_from, decision.slot.valid_to)
        assert (slot.band, slot.goal, slot.because) == (decision.band, decision.goal, decision.because)
        assert [replace(each, because="") for each in slot.miners] == [
            replace(each, because="") for each in decision.miners
        ]


def test_the_live_world_follows_the_plan_of_the_morning() -> None:
    world = World(snapshot(DAY, miners=(miner(1, switch_id=1), miner(2), miner(3)), switches=(plug(1),)))
    for slot in plan(world.scene).slots[: len(DAY.split())]:
        while world.tick(now=slot.valid_from):
            pass
        for wanted, facts in zip(slot.miners, world.scene.miners, strict=True):
            assert (facts.state is State.MINING) == (wanted.power == "on")
            assert wanted.mode in {None, facts.mode}


@pytest.mark.parametrize(
    ("price", "watts", "kwh", "pence"),
    [("8", 30, 0.015, "0.12"), ("14", 20, 0.01, "0.14"), ("25", 10, 0.005, "0.125"), ("31", 0, 0, "0")],
)
def test_it_expects_what_the_modes_draw(price: str, watts: float, kwh: float, pence: str) -> None:
    (slot,) = known(price, miners=(miner(1), miner(2)))
    assert (slot.expected_w, slot.expected_kwh) == (watts, pytest.approx(kwh))
    assert slot.expected_pence == Decimal(pence)


def test_a_negative_price_earns() -> None:
    (slot,) = known("-2")
    assert slot.expected_pence == Decimal("-0.02")


def test_a_power_nobody_knows_is_counted_and_not_taken_for_zero() -> None:
    (slot,) = known("8", miners=(miner(1), miner(2, power_w={}, typical_power_w=None)))
    assert (slot.expected_w, slot.unmeasured) == (15, 1)


def test_what_cannot_be_switched_off_still_draws() -> None:
    turned_down = miner(1, capabilities=frozenset({Capability.MODE}))
    stuck = miner(2, capabilities=frozenset(), modes=(), power_w={}, typical_power_w=1.5)
    left_alone = miner(3, enabled=False)
    (slot,) = known("31", miners=(turned_down, stuck, left_alone))
    assert slot.expected_w == 11.5


def test_the_first_slot_is_told_whole_and_a_hold_that_ends_within_a_slot_divides_it() -> None:
    scene = snapshot("8", now=NOON + timedelta(minutes=29))
    scene = replace(scene, settings=replace(scene.settings, hold=timedelta(minutes=20)))
    lengths = [slot.valid_to - slot.valid_from for slot in plan(scene).slots[:3]]
    assert lengths == [HALF_HOUR, timedelta(minutes=20), timedelta(minutes=10)]
