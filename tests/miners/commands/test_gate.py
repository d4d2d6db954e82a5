"""SHADOW writes nothing, whoever asks; PAUSED stops the strategy only. Counted by the devices themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from miners.commands import Order, execute, gate
from miners.contract import PoolEndpoint
from miners.models import Action, Command, HomeAssistant, Miner, Outcome, Switch
from tests.miners.commands.conftest import NOW
from tests.miners.conftest import House

pytestmark = pytest.mark.django_db

FAMILIES = [
    {"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0"},
    {"kind": "nerdqaxe", "name": "nerd"},
    {"kind": "avalon_nano", "name": "nano3s", "model": "nano3s"},
    {"kind": "avalon_nano", "name": "nano3", "model": "nano3", "switch": "switch.nano"},
    {"kind": "nmminer", "name": "lottery"},
]
POOL = PoolEndpoint(host="other.pool", port=3334, user="bc1qother.x")


def every_order(miner: Miner, actor: str) -> list[Order]:
    common = {"actor": actor, "because": "", "miner_id": miner.pk}
    return [
        Order(Action.MODE, mode="low" if miner.kind == "avalon_nano" else "eco", **common),
        Order(Action.TUNE, frequency_mhz=400.0, core_voltage_mv=1100.0, **common),
        Order(Action.POOL, pool=POOL, **common),
        *(
            Order(action, **common)
            for action in (Action.PAUSE, Action.RESUME, Action.SHUTDOWN, Action.RESTART, Action.IDENTIFY)
        ),
    ]


@pytest.mark.parametrize("actor", ["ada", "strategy"])
def test_in_shadow_no_device_and_no_plug_is_even_asked(
    actor: str, house: House, owned: Callable[..., Miner], gated: Callable[[str], None]
):
    gated("SHADOW")
    simulation = house(*FAMILIES, services={"home_assistant": {"port": 0}})
    home = simulation.service("home_assistant")
    HomeAssistant.objects.create(pk=1, url=f"http://{home.host}:{home.port}", token="simulated-token")
    switch = Switch.objects.create(name="nano", entity_id="switch.nano")
    miners = [owned(simulation, device.name) for device in simulation.devices]
    orders = [order for miner in miners for order in every_order(miner, actor)]
    orders += [Order(action, actor, "", switch_id=switch.pk) for action in (Action.PLUG_OFF, Action.PLUG_ON)]

    commands = execute(orders, now=NOW)

    assert {command.outcome for command in commands} == {Outcome.SHADOWED}
    assert all("nothing was sent" in command.detail for command in commands)
    asked = [(each.name, each.counters.writes, each.counters.reads) for each in (*simulation.devices, home)]
    assert asked == [(name, 0, 0) for name, _, _ in asked]


def test_until_the_strategy_says_otherwise_it_is_shadow(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gate._Registered, "gate", None)

    assert gate.state() == "SHADOW"


def test_paused_stops_the_strategy_and_not_a_person(
    house: House, owned: Callable[..., Miner], gated: Callable[[str], None]
):
    gated("PAUSED")
    miner = owned(house(FAMILIES[0]), "gamma")

    [automatic] = execute([Order(Action.MODE, "strategy", "", miner.pk, mode="eco")], now=NOW)
    [by_hand] = execute([Order(Action.MODE, "ada", "", miner.pk, mode="eco")], now=NOW)

    assert (automatic.outcome, by_hand.outcome) == (Outcome.SHADOWED, Outcome.VERIFIED)


def test_a_gate_that_closes_while_the_device_is_read_stops_the_write(
    house: House, owned: Callable[..., Miner], monkeypatch: pytest.MonkeyPatch
):
    simulation = house(FAMILIES[0])
    miner = owned(simulation, "gamma")
    states = iter(["LIVE", "SHADOW"])
    monkeypatch.setattr(gate._Registered, "gate", staticmethod(lambda: next(states)))

    [command] = execute([Order(Action.MODE, "ada", "", miner.pk, mode="eco")], now=NOW)

    assert command.outcome == Outcome.SHADOWED
    assert simulation.device("gamma").counters.writes == 0


def test_the_ledger_tells_once_what_shadow_would_have_done(
    house: House, owned: Callable[..., Miner], gated: Callable[[str], None]
):
    gated("SHADOW")
    miner = owned(house(FAMILIES[0]), "gamma")

    for minute, mode in enumerate(["eco", "eco", "eco", "turbo", "turbo", "eco"]):
        execute([Order(Action.MODE, "strategy", "", miner.pk, mode=mode)], now=NOW + timedelta(minutes=minute))
    execute([Order(Action.MODE, "ada", "", miner.pk, mode="eco")], now=NOW)
    execute([Order(Action.MODE, "ada", "", miner.pk, mode="eco")], now=NOW)

    told = [(command.actor, command.argument["mode"]) for command in Command.objects.order_by("pk")]
    assert told == [
        *(("strategy", "eco"), ("strategy", "turbo"), ("strategy", "eco")),
        *(("ada", "eco"), ("ada", "eco")),
    ]
