"""A miner whose driver is not installed: never switched on, switched off where a plug can do it, else said loudly."""

from __future__ import annotations

from typing import Any

import pytest

from miners.contract import State
from strategy.contract import Champion, Lever, MinerFacts, Power
from strategy.decide import changes, decide
from tests.strategy.drawn import World, miner, plug, snapshot


def away(id: int, **more: Any) -> MinerFacts:
    """As strategy.facts makes it: nothing can be done to it, nothing is seen of it."""
    unseen = {"state": State.UNREACHABLE, "reachable": False, "mode": None}
    return miner(id, kind="toaster", supported=False, capabilities=frozenset(), modes=(), **unseen | more)


@pytest.mark.parametrize("prices", ["-1 -1", "8 8", "15 15", "25 25"])
@pytest.mark.parametrize("on", [True, False, None])
def test_it_is_never_switched_on(prices: str, on: bool | None) -> None:
    scene = snapshot(prices, miners=(away(1, switch_id=1), miner(2)), switches=(plug(1, on),))
    decision = decide(scene)
    assert decision.miners[0].power in {Power.LEAVE, Power.OFF}
    assert decision.switches[0].power in {Power.LEAVE, Power.OFF}
    done = [change for change in changes(decision, scene) if change.miner_id != 2]
    assert {change.verb for change in done} <= {"plug-off"}


def test_its_sentence_says_why() -> None:
    (decision,) = decide(snapshot("8 8", miners=(away(1),))).miners
    assert "driver of its family is not installed" in decision.because


def test_its_plug_switches_it_off() -> None:
    world = World(snapshot("31 31", miners=(away(1, switch_id=1),), switches=(plug(1),)))
    assert [change.verb for change in world.tick()] == ["plug-off"]


def test_without_a_plug_it_is_uncontrollable_when_it_should_be_off_and_a_person_is_told() -> None:
    decision = decide(snapshot("31 31", miners=(away(1),)))
    assert decision.miners[0].lever is Lever.UNCONTROLLABLE
    assert [condition.kind for condition in decision.conditions] == ["miner-uncontrollable"]
    assert changes(decision, snapshot("31 31", miners=(away(1),))) == ()


def test_it_does_not_keep_its_neighbours_behind_the_plug_from_running() -> None:
    scene = snapshot("8 8", miners=(away(1, switch_id=1), miner(2, switch_id=1)), switches=(plug(1, on=False),))
    decision = decide(scene)
    assert decision.switches[0].power is Power.ON
    assert "M2" in decision.switches[0].because
    assert "M1" not in decision.switches[0].because


def test_it_is_never_champion_and_loses_the_title() -> None:
    best = away(1, efficiency_j_th={"": 1.0})
    scene = snapshot("25 25", miners=(best, miner(2)))
    assert decide(scene).champion_id == 2
    reigning = decide(snapshot("25 25", miners=(miner(1), miner(2))))
    assert reigning.champion_id == 1
    assert isinstance(reigning.memory.champion, Champion)
    assert decide(snapshot("25 25", miners=(best, miner(2)), memory=reigning.memory)).champion_id == 2
