"""How a miner is stopped: its plug, else softly, else its lowest mode, else it is said loudly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from miners.contract import Capability, State
from strategy.contract import EngineState, Lever, Power, Settings
from strategy.decide import decide
from tests.strategy.drawn import LIVE, lived, miner, plug, snapshot

PAUSE, SHUTDOWN, RESTART, MODE = Capability.PAUSE, Capability.SHUTDOWN, Capability.RESTART, Capability.MODE
PEAK = "31 31"
SOFT = replace(LIVE, prefer_soft_off=True)


def can(*capabilities: Capability, modes: str = "eco standard oc", **more: Any) -> dict[str, Any]:
    modes = modes if MODE in capabilities else ""
    return {"capabilities": frozenset(capabilities), "modes": tuple(modes.split()), **more}


@pytest.mark.parametrize(
    ("facts", "soft_first", "lever"),
    [
        (can(MODE, PAUSE, switch_id=1), False, Lever.PLUG),
        (can(MODE, PAUSE, switch_id=1), True, Lever.PAUSE),
        (can(MODE, switch_id=1), True, Lever.PLUG),  # nothing pauses: the plug
        (can(MODE, PAUSE, switch_id=2), False, Lever.PAUSE),  # a locked plug is never touched
        (can(MODE, PAUSE, switch_id=9), False, Lever.PAUSE),  # a plug that is gone
        (can(MODE, PAUSE), False, Lever.PAUSE),
        (can(MODE, SHUTDOWN, RESTART), False, Lever.SHUTDOWN),
        (can(MODE, SHUTDOWN), False, Lever.LOWEST),  # nothing would bring it back
        (can(MODE), False, Lever.LOWEST),
        (can(Capability.POOL), False, Lever.UNCONTROLLABLE),
        (can(), False, Lever.UNCONTROLLABLE),
        ({"capabilities": None, "modes": ()}, False, Lever.NONE),  # it has never told
        ({"capabilities": None, "modes": (), "switch_id": 1}, False, Lever.PLUG),
    ],
)
def test_the_first_lever_that_a_miner_has_stops_it(facts: dict[str, Any], soft_first: bool, lever: Lever) -> None:
    settings = SOFT if soft_first else LIVE
    plugs = (plug(1), plug(2, locked=True))
    decision = decide(snapshot(PEAK, miners=(miner(1, **facts),), switches=plugs, settings=settings))
    assert (decision.miners[0].power, decision.miners[0].lever) == (Power.OFF, lever)


def test_a_miner_that_can_only_be_turned_down_is_turned_down() -> None:
    (wanted,) = decide(snapshot(PEAK, miners=(miner(1, **can(MODE)),))).miners
    assert wanted.mode == "eco"
    assert wanted.because == (
        "31p is in 'Peak' (30p and above): should be off, but can only be turned down to its lowest mode"
    )


def test_an_uncontrollable_miner_is_said_loudly_as_long_as_it_should_be_off() -> None:
    scene = snapshot("14 31 31 14", miners=(miner(1, "Lottery", **can()),))
    decisions = list(lived(scene, 4))
    assert [len(each.conditions) for each in decisions] == [0, 1, 1, 0]
    (condition,) = decisions[1].conditions
    assert (condition.kind, condition.subject, condition.urgent) == ("miner-uncontrollable", "miner:1", True)
    assert condition.message == (
        "Lottery: 31p is in 'Peak' (30p and above): should be off, but nothing can switch it off"
    )


@pytest.mark.parametrize("state", [EngineState.SHADOW, EngineState.PAUSED])
def test_nobody_is_uncontrollable_while_nothing_is_controlled(state: EngineState) -> None:
    decision = decide(snapshot(PEAK, miners=(miner(1, **can()),), settings=Settings(state=state)))
    assert decision.miners[0].lever is Lever.UNCONTROLLABLE
    assert not decision.conditions


def test_a_disabled_miner_is_left_alone() -> None:
    (wanted,) = decide(snapshot(PEAK, miners=(miner(1, enabled=False),))).miners
    assert (wanted.power, wanted.lever) == (Power.LEAVE, Lever.NONE)
    assert wanted.because == "31p is in 'Peak' (30p and above): disabled, so it is left alone"


@pytest.mark.parametrize(
    ("facts", "mode", "because"),
    [
        ({}, "standard", "runs in standard"),
        ({"kind": "nmminer", "modes": ()}, None, "runs as it is"),
        ({"modes": ("eco", "oc")}, "eco", "runs in eco, its lowest mode, because it has no standard"),
        ({"modes": ()}, None, "runs as it is"),
        ({"same_as": {"standard": "eco"}}, "eco", "runs in eco"),  # this board has no more to give
        ({"modes": (), "capabilities": None}, "standard", "runs in standard"),  # it has not told: as the band says
    ],
)
def test_a_running_miner_gets_the_mode_of_its_family(facts: dict[str, Any], mode: str | None, because: str) -> None:
    (wanted,) = decide(snapshot("8 8", miners=(miner(1, state=State.MINING, **facts),))).miners
    assert (wanted.power, wanted.mode) == (Power.ON, mode)
    assert wanted.because == f"8p is in 'Cheap' (5p to 10p): {because}"
