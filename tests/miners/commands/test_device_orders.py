"""Orders to simulated devices over their real protocols."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hmm_project import locks
from hmm_project.journal.models import Event
from miners.commands import Order, device, execute, execution, ledger
from miners.contract import PoolEndpoint
from miners.models import Action, Command, Miner, Outcome
from miners.simulators.faults import Fault, FaultKind
from tests.miners.commands.conftest import NOW, status_of
from tests.miners.conftest import House

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("live")]
Own = Callable[..., Miner]

GAMMA = {"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0"}
NERD = {"kind": "nerdqaxe", "name": "nerd"}
NANO3S = {"kind": "avalon_nano", "name": "nano", "model": "nano3s"}
POOL = PoolEndpoint(host="other.pool", port=3334, user="bc1qother.gamma")


def order(action: Action, miner: Miner, actor: str = "ada", **argument: Any) -> Order:
    return Order(action, actor, "because it is a test", miner_id=miner.pk, **argument)


def run(*orders: Order, at: float = 0) -> list[Command]:
    return execute(orders, now=NOW + timedelta(seconds=at))


def test_a_mode_is_set_read_back_shown_and_kept_in_the_ledger(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")

    [command] = run(order(Action.MODE, miner, mode="eco"))

    assert command.outcome == Outcome.VERIFIED
    assert simulation.device("gamma").describe()["frequency_mhz"] == 400
    kept = Command.objects.get()
    assert (kept.actor, kept.because, kept.argument) == ("ada", "because it is a test", {"mode": "eco"})
    assert (kept.sent, kept.name, kept.time >= NOW) == (True, "gamma", True)
    assert status_of(miner).mode == "eco"


def test_open_pages_are_told_of_what_was_sent(house: House, owned: Own, monkeypatch: pytest.MonkeyPatch):
    miner = owned(house(GAMMA), "gamma")
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(ledger.live, "announce", lambda kind, ids=(): told.append((kind, list(ids))))

    run(order(Action.MODE, miner, mode="eco"))
    run(order(Action.MODE, miner, mode="eco"), at=5)

    first, second = Command.objects.order_by("pk").values_list("pk", flat=True)
    assert told == [
        ("commands-changed", [first]),
        ("miners-changed", [miner.pk]),
        ("commands-changed", [second]),
    ]


def test_nothing_to_do_is_nothing_done(db: None):
    assert run() == []


def test_what_already_is_as_wanted_is_not_written(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")

    [command] = run(order(Action.MODE, miner, mode="standard"))

    assert command.outcome == Outcome.UNCHANGED
    assert simulation.device("gamma").counters.writes == 0
    assert Command.objects.get().outcome == Outcome.UNCHANGED


def test_what_the_strategy_finds_already_done_fills_no_ledger(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")

    [command] = run(order(Action.MODE, miner, "strategy", mode="standard"))

    assert (command.outcome, command.pk) == (Outcome.UNCHANGED, None)
    assert not Command.objects.exists()


def test_another_device_at_the_address_is_never_written_to(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma", mac="aa:bb:cc:dd:ee:ff")

    [command] = run(order(Action.MODE, miner, mode="eco"))

    assert command.outcome == Outcome.REFUSED
    assert "Another device answers at this address" in command.detail
    assert simulation.device("gamma").counters.writes == 0


def test_the_right_identity_lets_the_order_through(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma", mac=simulation.device("gamma").spec.mac)

    [command] = run(order(Action.MODE, miner, mode="eco"))

    assert command.outcome == Outcome.VERIFIED


def test_a_mode_the_device_lacks_is_refused_with_those_it_has(house: House, owned: Own):
    simulation = house(GAMMA)

    [command] = run(order(Action.MODE, owned(simulation, "gamma"), mode="ludicrous"))

    assert command.outcome == Outcome.REFUSED
    assert "eco" in command.detail
    assert simulation.device("gamma").counters.writes == 0


def test_what_the_firmware_cannot_do_is_refused(house: House, owned: Own):
    simulation = house({**GAMMA, "firmware": "v2.12.2"})

    [command] = run(order(Action.PAUSE, owned(simulation, "gamma")))

    assert command.outcome == Outcome.REFUSED
    assert "v2.12.2" in command.detail
    assert simulation.device("gamma").counters.writes == 0


def test_pause_and_resume_are_read_back(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")

    [paused] = run(order(Action.PAUSE, miner))
    shown = status_of(miner).state
    [resumed] = run(order(Action.RESUME, miner), at=5)

    assert (paused.outcome, shown) == (Outcome.VERIFIED, "paused")
    assert (resumed.outcome, status_of(miner).state) == (Outcome.VERIFIED, "mining")


def test_a_shut_down_nerdqaxe_is_resumed_by_a_restart(house: House, owned: Own):
    simulation = house(NERD)
    miner = owned(simulation, "nerd")

    [stopped] = run(order(Action.SHUTDOWN, miner))
    [resumed] = run(order(Action.RESUME, miner))

    assert stopped.outcome == Outcome.VERIFIED
    assert (resumed.outcome, resumed.restarts) == (Outcome.VERIFIED, True)


def test_tuning_is_written_once_and_clamped_by_the_board(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")

    [tuned] = run(order(Action.TUNE, miner, frequency_mhz=490.0, core_voltage_mv=1100.0))
    [again] = run(order(Action.TUNE, miner, frequency_mhz=490.0, core_voltage_mv=1100.0))
    [absurd] = run(order(Action.TUNE, miner, frequency_mhz=2000.0, core_voltage_mv=1100.0))

    assert [tuned.outcome, again.outcome, absurd.outcome] == [Outcome.VERIFIED, Outcome.UNCHANGED, Outcome.REFUSED]
    assert "400 to 625" in absurd.detail
    assert simulation.device("gamma").counters.writes == 1


def test_a_pool_of_a_bitaxe_is_proved_only_by_the_restart_it_needs(house: House, owned: Own):
    simulation = house(GAMMA)

    [command] = run(order(Action.POOL, owned(simulation, "gamma"), pool=POOL))

    assert (command.outcome, command.restarts) == (Outcome.VERIFIED, True)
    assert simulation.device("gamma").describe()["pool"] == "other.pool:3334"
    assert command.argument == {"pool": "other.pool:3334", "user": "bc1qother.gamma"}


def test_another_worker_at_the_same_pool_is_another_pool(house: House, owned: Own):
    simulation = house(GAMMA)
    gamma = simulation.device("gamma")
    host, port = gamma.describe()["pool"].split(":")

    worker = PoolEndpoint(host=host, port=int(port), user="bc1qright.gamma")
    [command] = run(order(Action.POOL, owned(simulation, "gamma"), pool=worker))

    assert command.outcome == Outcome.VERIFIED
    assert gamma.describe()["pool_user"] == "bc1qright.gamma"


def test_a_restart_is_proved_by_its_uptime_and_followed_by_rest(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")

    [restart] = run(order(Action.RESTART, miner))
    [soon] = run(order(Action.MODE, miner, mode="eco"), at=10)
    [later] = run(order(Action.MODE, miner, mode="eco"), at=31)

    assert (restart.outcome, restart.restarts) == (Outcome.VERIFIED, True)
    assert (soon.outcome, "takes commands again in 2" in soon.detail) == (Outcome.REFUSED, True)
    assert later.outcome == Outcome.VERIFIED


def test_a_restart_of_an_avalon_is_not_waited_for(house: House, owned: Own):
    simulation = house(NANO3S)
    miner = owned(simulation, "nano")

    [restart] = run(order(Action.RESTART, miner))
    [soon] = run(order(Action.MODE, miner, mode="low"), at=170)

    assert (restart.outcome, restart.restarts) == (Outcome.UNVERIFIED, True)
    assert restart.duration_ms < 5000
    assert (soon.outcome, "restarting" in soon.detail) == (Outcome.REFUSED, True)
    assert not Event.objects.filter(kind="command-failed").exists()


def test_identify_is_sent_and_cannot_be_read_back(house: House, owned: Own):
    simulation = house(GAMMA)

    [command] = run(order(Action.IDENTIFY, owned(simulation, "gamma")))

    assert command.outcome == Outcome.UNVERIFIED
    assert simulation.device("gamma").describe()["identifying"]
    assert not Event.objects.exists()


def test_a_calibrating_avalon_is_left_alone_and_tried_later(house: House, owned: Own):
    simulation = house(NANO3S)
    nano = simulation.device("nano")
    miner = owned(simulation, "nano")
    [first] = run(order(Action.MODE, miner, "strategy", mode="low"))

    [calibrating] = run(order(Action.MODE, miner, "strategy", mode="high"), at=1)
    asked = nano.counters.writes
    [waiting] = run(order(Action.MODE, miner, "strategy", mode="high"), at=61)

    assert first.outcome == Outcome.VERIFIED
    assert (calibrating.outcome, calibrating.sent) == (Outcome.REFUSED, True)
    assert (waiting.outcome, waiting.pk) == (Outcome.REFUSED, None)
    assert "next try" in waiting.detail
    assert nano.counters.writes == asked
    assert Event.objects.filter(kind="command-failed").count() == 1


def test_a_device_that_is_away_is_unreachable_within_its_time_out(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")
    simulation.do(simulation.device("gamma").break_with, Fault(kind=FaultKind.REFUSE))

    [command] = run(order(Action.MODE, miner, mode="eco"))

    assert (command.outcome, command.sent) == (Outcome.UNREACHABLE, False)
    assert Event.objects.get().message.startswith("gamma: mode eco was unreachable.")


def test_garbage_is_unreachable_and_nothing_is_written(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")
    simulation.do(simulation.device("gamma").break_with, Fault(kind=FaultKind.GARBAGE))

    [command] = run(order(Action.MODE, miner, mode="eco"))

    assert (command.outcome, command.sent) == (Outcome.UNREACHABLE, False)


def test_one_bad_device_costs_the_others_nothing(house: House, owned: Own):
    simulation = house(GAMMA, {**GAMMA, "name": "dead"}, NERD)
    miners = [owned(simulation, name) for name in ("gamma", "dead", "nerd")]
    simulation.do(simulation.device("dead").break_with, Fault(kind=FaultKind.REFUSE))

    commands = run(*(order(Action.MODE, miner, mode="eco") for miner in miners))

    assert [command.outcome for command in commands] == [Outcome.VERIFIED, Outcome.UNREACHABLE, Outcome.VERIFIED]
    assert [command.miner_id for command in commands] == [miner.pk for miner in miners]


def test_an_error_of_our_own_never_loses_the_other_outcomes(house: House, owned: Own, monkeypatch: pytest.MonkeyPatch):
    simulation = house(GAMMA, NERD)
    miners = [owned(simulation, name) for name in ("gamma", "nerd")]
    real = device.carry_out

    async def failing(order: Order, miner: Miner, run: Any) -> Any:
        if miner.name == "gamma":
            raise ZeroDivisionError
        return await real(order, miner, run)

    monkeypatch.setattr(execution.device, "carry_out", failing)
    commands = run(*(order(Action.MODE, miner, mode="eco") for miner in miners))

    assert [command.outcome for command in commands] == [Outcome.UNVERIFIED, Outcome.VERIFIED]
    assert "ZeroDivisionError" in commands[0].detail


def test_the_orders_of_one_miner_are_carried_out_in_turn(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")

    commands = run(*(order(Action.MODE, miner, mode=mode) for mode in ("eco", "turbo", "standard")))

    assert [command.outcome for command in commands] == [Outcome.VERIFIED] * 3
    assert simulation.device("gamma").counters.most_open_connections == 1
    assert status_of(miner).mode == "standard"


def test_a_miner_that_is_busy_is_left_alone(house: House, owned: Own, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(execution, "WAIT_FOR_LOCK_S", 0.3)
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")

    with locks.hold(f"miner:{miner.pk}", ttl_s=10):
        [command] = run(order(Action.MODE, miner, mode="eco"))

    assert command.outcome == Outcome.REFUSED
    assert simulation.device("gamma").counters.reads == 0


def test_a_miner_that_was_deleted_meanwhile_is_answered(db: None):
    [command] = run(Order(Action.RESTART, "ada", "", miner_id=4711))

    assert command.outcome == Outcome.REFUSED


def test_a_foreign_address_that_slipped_in_is_refused_when_it_is_used(house: House, owned: Own):
    miner = owned(house(GAMMA), "gamma")
    Miner.objects.filter(pk=miner.pk).update(host="192.0.2.1")

    [command] = run(order(Action.MODE, miner, mode="eco"))

    assert command.outcome == Outcome.REFUSED
    assert "private network" in command.detail
