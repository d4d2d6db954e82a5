"""One plug, many miners: on when any of them should run; what should be off behind it stops softly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from miners.contract import Capability
from strategy.contract import Decision, Lever, MinerFacts, Power, SwitchFacts
from strategy.decide import decide
from tests.strategy.drawn import LIVE, miner, plug, snapshot

PAUSES = frozenset({Capability.MODE, Capability.PAUSE})
MODES_ONLY = frozenset({Capability.MODE})
CHAMPION = "25 25"  # M1 runs, the others are off
PEAK = "31 31"


def fleet(*capabilities: frozenset[Capability], **more: object) -> tuple[MinerFacts, ...]:
    return tuple(
        miner(i, capabilities=each, modes=("eco", "oc") if Capability.MODE in each else (), switch_id=1, **more)
        for i, each in enumerate(capabilities, 1)
    )


def decided(prices: str, miners: tuple[MinerFacts, ...], switch: SwitchFacts, **settings: bool) -> Decision:
    return decide(snapshot(prices, miners=miners, switches=(switch,), settings=replace(LIVE, **settings)))


def drawn(decision: Decision) -> str:
    (switch,) = decision.switches
    return f"{switch.power} | " + " ".join(each.lever if each.power is Power.OFF else "on" for each in decision.miners)


@pytest.mark.parametrize(
    ("prices", "outcome"),
    [
        ("8 8", "on | on on on"),
        (PEAK, "off | plug plug plug"),
        (CHAMPION, "on | on pause lowest"),
    ],
)
def test_a_plug_is_on_when_any_of_its_miners_should_run(prices: str, outcome: str) -> None:
    assert drawn(decided(prices, fleet(PAUSES, PAUSES, MODES_ONLY), plug(1))) == outcome


@pytest.mark.parametrize(
    ("miners", "outcome"),
    [
        (fleet(PAUSES, PAUSES), "leave | pause pause"),
        (fleet(PAUSES, MODES_ONLY), "off | plug plug"),  # one needs the plug, and then the plug serves all
    ],
)
def test_soft_off_first_leaves_the_plug_alone_where_all_behind_it_stop_softly(
    miners: tuple[MinerFacts, ...], outcome: str
) -> None:
    assert drawn(decided(PEAK, miners, plug(1), prefer_soft_off=True)) == outcome


def test_a_locked_plug_is_never_touched() -> None:
    decision = decided(PEAK, fleet(PAUSES, MODES_ONLY, frozenset()), plug(1, locked=True))
    assert drawn(decision) == "leave | pause lowest uncontrollable"
    assert decision.switches[0].because == "locked: never touched"


def test_a_plug_without_miners_of_ours_is_left_alone() -> None:
    assert drawn(decided(PEAK, fleet(PAUSES, enabled=False), plug(1))) == "leave | on"
    assert decided(PEAK, (), plug(1)).switches[0].because == "feeds no miner that is decided for"


def test_a_disabled_miner_has_no_say() -> None:
    miners = (*fleet(PAUSES), miner(2, "Guest", enabled=False, switch_id=1))
    (switch,) = decided(PEAK, miners, plug(1)).switches
    assert switch.power is Power.OFF
    assert switch.conflict == "also cuts Guest, which is left alone"


def test_a_sentence_names_plug_and_miners() -> None:
    (switch,) = decided("8 8", fleet(PAUSES, PAUSES, PAUSES), plug(1)).switches
    assert switch.because == "8p is in 'Cheap' (5p to 10p): on for M1, M2 and M3"
    (switch,) = decided(PEAK, fleet(PAUSES), plug(1)).switches
    assert switch.because == "31p is in 'Peak' (30p and above): off with M1"


def test_who_keeps_drawing_power_behind_a_shared_plug_is_a_conflict() -> None:
    (switch,) = decided(CHAMPION, fleet(PAUSES, PAUSES, MODES_ONLY, frozenset()), plug(1)).switches
    assert switch.conflict == "stays on for M1, so M3 and M4 cannot be off"


def test_a_locked_plug_that_is_off_is_a_conflict() -> None:
    (switch,) = decided("8 8", fleet(PAUSES), plug(1, on=False, locked=True)).switches
    assert switch.conflict == "is locked and off, so M1 cannot run"


def test_plugs_of_different_rooms_do_not_mix() -> None:
    miners = (miner(1, switch_id=1), miner(2, switch_id=2), miner(3))
    decision = decide(snapshot(CHAMPION, miners=miners, switches=(plug(1), plug(2))))
    assert [each.power for each in decision.switches] == [Power.ON, Power.OFF]
    assert [each.lever for each in decision.miners] == [Lever.NONE, Lever.PLUG, Lever.PAUSE]
