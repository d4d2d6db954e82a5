"""Avalon, NerdQAxe and NMMiner: what is different about commanding them."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from hmm_project.redis_server import connection
from miners.commands import Order, execute
from miners.commands.paces import PACES
from miners.contract import PoolEndpoint
from miners.models import Action, Command, Miner, Outcome
from miners.polling import broadcasts
from miners.services import create_miner
from miners.simulators.avalon_pools import Pools
from tests.miners.commands.conftest import NOW, wait_until
from tests.miners.conftest import House
from tests.miners.test_listener import Listening

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("live")]
Own = Callable[..., Miner]
POOL = PoolEndpoint(host="other.pool", port=3334, user="bc1qother.worker")


def run(action: Action, miner: Miner, at: float = 0, **argument: Any) -> Command:
    [command] = execute([Order(action, "ada", "", miner.pk, **argument)], now=NOW + timedelta(seconds=at))
    return command


@pytest.mark.parametrize("model", ["nano3s", "nano3"])
def test_an_avalon_takes_a_mode_live(model: str, house: House, owned: Own):
    simulation = house({"kind": "avalon_nano", "name": "nano", "model": model})
    miner = owned(simulation, "nano")

    command = run(Action.MODE, miner, mode="low")

    assert (command.outcome, command.restarts) == (Outcome.VERIFIED, False)
    assert run(Action.MODE, miner, mode="low").outcome == Outcome.UNCHANGED


def test_an_avalon_switches_live_to_a_pool_it_knows(house: House, owned: Own):
    simulation = house({"kind": "avalon_nano", "name": "nano", "model": "nano3s"})
    nano = simulation.device("nano")
    nano.slots = Pools.of((*nano.pools, POOL))

    command = run(Action.POOL, owned(simulation, "nano"), pool=POOL)

    assert (command.outcome, command.restarts) == (Outcome.VERIFIED, False)
    assert any("switchpool" in write for write in nano.counters.last_writes)


def test_an_avalon_boots_for_a_pool_it_does_not_know_and_is_left_alone(
    house: House, owned: Own, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(PACES, "avalon_nano", replace(PACES["avalon_nano"], verify_s={Action.POOL: 2.5}))
    simulation = house({"kind": "avalon_nano", "name": "nano", "model": "nano3s"})
    nano = simulation.device("nano")
    nano.boot_s = 100
    miner = owned(simulation, "nano")

    command = run(Action.POOL, miner, pool=POOL)
    soon = run(Action.MODE, miner, at=100, mode="low")

    assert (command.outcome, command.restarts) == (Outcome.UNVERIFIED, True)
    assert "restarting" in command.detail
    assert (soon.outcome, "takes commands again" in soon.detail) == (Outcome.REFUSED, True)


def test_an_avalon_that_booted_for_a_pool_ends_in_slot_0_and_the_same_order_again_switches_live(
    house: House, owned: Own, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(PACES, "avalon_nano", replace(PACES["avalon_nano"], verify_s={Action.POOL: 2.5}))
    simulation = house({"kind": "avalon_nano", "name": "nano", "model": "nano3s"})
    nano = simulation.device("nano")
    miner = owned(simulation, "nano")

    stored = run(Action.POOL, miner, pool=POOL)
    wait_until(lambda: nano.listening)
    at_first = nano.describe()["pool"]
    switched = run(Action.POOL, miner, at=600, pool=POOL)

    assert (stored.outcome, at_first) == (Outcome.UNVERIFIED, "pool.example:3333")
    assert (switched.outcome, switched.restarts) == (Outcome.VERIFIED, False)
    assert nano.describe()["pool"] == "other.pool:3334"
    assert nano.slots.slots[0].url == "stratum+tcp://pool.example:3333"  # nothing of ours was lost


def test_a_nerdqaxe_takes_a_pool(house: House, owned: Own):
    simulation = house({"kind": "nerdqaxe", "name": "nerd"})

    command = run(Action.POOL, owned(simulation, "nerd"), pool=POOL)

    assert command.outcome == Outcome.VERIFIED
    assert simulation.device("nerd").describe()["pool"] == "other.pool:3334"


def test_a_nerdqaxe_that_wants_a_code_is_refused_once_and_not_tried_blindly(house: House, owned: Own):
    simulation = house({"kind": "nerdqaxe", "name": "nerd", "otp": "123456"})
    order = Order(Action.MODE, "strategy", "", owned(simulation, "nerd").pk, mode="eco")

    commands = [execute([order], now=NOW + timedelta(seconds=second))[0] for second in (0, 5, 10, 15, 20)]

    assert {command.outcome for command in commands} == {Outcome.REFUSED}
    assert simulation.device("nerd").counters.writes <= 1


def test_an_nmminer_2_takes_a_pool(house: House, owned: Own):
    simulation = house({"kind": "nmminer", "name": "lottery"})

    command = run(Action.POOL, owned(simulation, "lottery"), pool=POOL)

    assert command.outcome == Outcome.VERIFIED
    assert simulation.device("lottery").describe()["pool"] == "other.pool:3334"


def test_an_nmminer_1_takes_a_pool_by_udp_and_proves_it_by_its_next_broadcast(house: House, settings: LazySettings):
    connection().flushdb()
    listening = Listening(settings.REDIS_URL)
    ports = {"status_port": listening.port, "config_broadcast_port": listening.config_port}
    try:
        simulation = house(
            {"kind": "nmminer", "name": "lottery", "firmware": "v1.8.10", "port": free_port()},
            nmminer={**ports, "broadcast_address": "127.0.0.1"},
        )
        device = simulation.device("lottery")
        devices = replace(settings.CONFIG.devices, nmminer_config_port=device.port)
        settings.CONFIG = replace(settings.CONFIG, devices=devices)
        miner = create_miner(actor="ada", now=NOW, name="lottery", kind="nmminer", host="127.0.0.1", port=12_345)
        wait_until(lambda: len(broadcasts.latest(["127.0.0.1"], now=NOW).configs) == 1)

        command = run(Action.POOL, miner, pool=POOL)

        assert command.outcome == Outcome.VERIFIED
        assert device.describe()["pool"] == "other.pool:3334"
        assert run(Action.POOL, miner, at=60, pool=POOL).outcome == Outcome.UNCHANGED
    finally:
        listening.stop()


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
