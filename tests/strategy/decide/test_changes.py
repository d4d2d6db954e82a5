"""Only what is clearly not as decided is done: plugs first, then devices that answer."""

from __future__ import annotations

from typing import Any

import pytest

from miners.contract import Capability, State
from strategy.contract import PoolFacts, Snapshot
from strategy.decide import changes, decide
from tests.strategy.drawn import LADDER, World, band, miner, plug, snapshot

PEAK, NORMAL, CHEAP = "31 31", "14 14", "8 8"
AWAY = {"reachable": False, "state": State.UNREACHABLE}
SLEEPS = frozenset({Capability.MODE, Capability.SHUTDOWN, Capability.RESTART})


def done(scene: Snapshot) -> str:
    return " ".join(f"{each.verb}{each.miner_id or each.switch_id}" for each in changes(decide(scene), scene))


@pytest.mark.parametrize(
    ("prices", "facts", "commands"),
    [
        (NORMAL, {"mode": "eco"}, ""),
        (CHEAP, {"mode": "eco"}, "mode1"),
        (CHEAP, {"mode": "custom"}, "mode1"),
        (CHEAP, {"mode": None}, ""),  # cannot be told
        (CHEAP, AWAY, ""),
        (CHEAP, {"reachable": None}, ""),
        (CHEAP, {"modes": ()}, ""),
        (CHEAP, {"enabled": False}, ""),
        (CHEAP, {"state": State.PAUSED}, "resume1 mode1"),
        (CHEAP, {"state": State.PAUSED, "capabilities": SLEEPS}, "resume1 mode1"),
        (CHEAP, {"state": State.PAUSED, "capabilities": frozenset()}, "mode1"),
        (PEAK, {}, "pause1"),
        (PEAK, {"capabilities": SLEEPS}, "shutdown1"),
        (PEAK, {"state": State.PAUSED}, ""),
        (PEAK, {"state": State.UNKNOWN}, ""),
        (PEAK, AWAY, ""),
        (PEAK, {"capabilities": frozenset({Capability.MODE}), "mode": "oc"}, "mode1"),
        (PEAK, {"capabilities": frozenset({Capability.MODE}), "mode": "eco"}, ""),
        (PEAK, {"capabilities": frozenset(), "modes": ()}, ""),
        (PEAK, {"capabilities": None, "modes": ()}, ""),
    ],
)
def test_a_device_is_sent_only_what_differs(prices: str, facts: dict[str, Any], commands: str) -> None:
    assert done(snapshot(prices, miners=(miner(1, **facts),))) == commands


@pytest.mark.parametrize(
    ("prices", "on", "facts", "commands"),
    [
        (PEAK, True, {}, "plug-off7"),
        (PEAK, False, {}, ""),
        (PEAK, None, {}, "pause1"),  # Home Assistant is away: softly, until it is back
        (PEAK, None, {"state": State.PAUSED}, ""),
        (PEAK, None, {"capabilities": frozenset()}, ""),
        (PEAK, None, AWAY, ""),
        (CHEAP, False, AWAY, "plug-on7"),  # the mode waits until it has booted
        (CHEAP, True, {}, "mode1"),
        (CHEAP, None, AWAY, ""),
    ],
)
def test_a_plug_comes_first_and_unknown_is_not_off(
    prices: str, on: bool | None, facts: dict[str, Any], commands: str
) -> None:
    assert done(snapshot(prices, miners=(miner(1, switch_id=7, **facts),), switches=(plug(7, on=on),))) == commands


POOLED = (*LADDER[:2], band("5", "Cheap", "standard", pool_id=4), *LADDER[3:])
POOL = PoolFacts(id=4, name="Solo", address="solo.example:3333")


@pytest.mark.parametrize(
    ("at", "pool", "facts", "commands"),
    [
        ("other.example:3333", POOL, {}, "mode1 pool1"),
        ("solo.example:3333", POOL, {}, "mode1"),
        (None, POOL, {}, "mode1"),  # not known is not wrong
        ("other.example:3333", PoolFacts(id=4, name="Solo", address="solo.example:3333", enabled=False), {}, "mode1"),
        ("other.example:3333", PoolFacts(id=5, name="Else", address="solo.example:3333"), {}, "mode1"),
        ("other.example:3333", POOL, {"capabilities": frozenset({Capability.MODE})}, "mode1"),
    ],
)
def test_the_pool_of_the_band_is_set_where_it_is_another(
    at: str | None, pool: PoolFacts, facts: dict[str, Any], commands: str
) -> None:
    scene = snapshot(CHEAP, bands=POOLED, pools=(pool,), miners=(miner(1, pool_address=at, **facts),))
    assert done(scene) == commands


def test_a_band_without_a_pool_leaves_the_pool() -> None:
    assert done(snapshot(NORMAL, pools=(POOL,), miners=(miner(1, pool_address="other.example:1"),))) == ""


def test_plugs_come_before_devices() -> None:
    fleet = (miner(1, mode="oc", switch_id=1), miner(2, switch_id=2, **AWAY), miner(3, mode="oc"))
    assert done(snapshot(NORMAL, miners=fleet, switches=(plug(1), plug(2, on=False)))) == "plug-on2 mode1 mode3"


def test_every_command_carries_the_sentence() -> None:
    scene = snapshot(PEAK, miners=(miner(1, "Blue"), miner(2, switch_id=1)), switches=(plug(1),))
    assert [each.because for each in changes(decide(scene), scene)] == [
        "31p is in 'Peak' (30p and above): off with M2",
        "31p is in 'Peak' (30p and above): paused",
    ]


def test_a_dear_evening_goes_down_the_ladder_and_up_again() -> None:
    world = World(snapshot("14 31 31 14 14", miners=(miner(1), miner(2, switch_id=1)), switches=(plug(1),)))
    story = []
    for slot in world.scene.rates:
        while steps := world.tick(now=slot.valid_from):
            story.append(" ".join(f"{each.verb}{each.miner_id or each.switch_id}" for each in steps))
    assert story == ["plug-off1 pause1", "plug-on1 resume1"]
