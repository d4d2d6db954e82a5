"""Two at once: the same miner in turn, different miners together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic

import pytest
from django.conf import settings
from django.db import connection

from miners.commands import Order, device, execute
from miners.commands.order import Result
from miners.commands.run import Run
from miners.models import Action, Command, Miner, Outcome
from miners.simulators.faults import Fault, FaultKind
from tests.miners.commands.conftest import NOW
from tests.miners.conftest import House

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("live")]


def execute_and_hang_up(order: Order, second: int) -> Command:
    try:
        return execute([order], now=NOW + timedelta(seconds=second))[0]
    finally:
        connection.close()


def test_two_people_at_one_miner_are_served_one_after_the_other(
    house: House, owned: Callable[..., Miner], monkeypatch: pytest.MonkeyPatch
):
    simulation = house({"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0", "latency_ms": 40})
    miner = owned(simulation, "gamma")
    orders = [Order(Action.MODE, "ada", "", miner.pk, mode=mode) for mode in ("eco", "turbo", "oc", "eco")]
    real, inside, together = device.carry_out, set(), []

    async def watched(order: Order, miner: Miner, run: Run) -> Result:
        inside.add(order)
        together.append(len(inside))
        try:
            return await real(order, miner, run)
        finally:
            inside.remove(order)

    monkeypatch.setattr(device, "carry_out", watched)
    with ThreadPoolExecutor(4) as pool:
        commands = list(pool.map(execute_and_hang_up, orders, range(4)))

    assert all(command.outcome in (Outcome.VERIFIED, Outcome.UNCHANGED) for command in commands)
    assert together == [1, 1, 1, 1]


def test_a_restart_just_given_by_another_process_is_respected(house: House, owned: Callable[..., Miner]):
    simulation = house({"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0", "latency_ms": 40})
    miner = owned(simulation, "gamma")
    orders = [Order(Action.RESTART, "ada", "", miner.pk) for _ in range(3)]

    with ThreadPoolExecutor(3) as pool:
        commands = list(pool.map(execute_and_hang_up, orders, range(3)))

    assert sorted(command.outcome for command in commands) == [Outcome.REFUSED, Outcome.REFUSED, Outcome.VERIFIED]
    assert simulation.device("gamma").counters.writes == 1


def test_many_miners_are_commanded_together(house: House, owned: Callable[..., Miner]):
    simulation = house({"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0", "latency_ms": 200, "count": 12})
    orders = [Order(Action.MODE, "ada", "", owned(simulation, f"gamma-{n}").pk, mode="eco") for n in range(1, 13)]

    began = monotonic()
    commands = execute(orders, now=NOW)

    assert {command.outcome for command in commands} == {Outcome.VERIFIED}
    assert monotonic() - began < 12 * 0.4  # one after another would take at least three requests of 0.2 s each


def test_the_hung_among_many_cost_the_others_nothing(house: House, owned: Callable[..., Miner]):
    """One in twenty accepts and never answers: all of them together cost one time-out, not one each."""
    simulation = house({"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0", "count": 120})
    miners = [owned(simulation, device.name) for device in simulation.devices]
    hung = {miner.pk for miner in miners[::20]}
    for silent in simulation.devices[::20]:
        simulation.do(silent.break_with, Fault(kind=FaultKind.TIMEOUT))

    began = monotonic()
    commands = execute([Order(Action.MODE, "ada", "", miner.pk, mode="eco") for miner in miners], now=NOW)

    assert monotonic() - began < len(hung) * settings.CONFIG.devices.timeout
    assert {command.miner_id for command in commands if command.outcome == Outcome.UNREACHABLE} == hung
    assert sum(command.outcome == Outcome.VERIFIED for command in commands) == len(miners) - len(hung)
