"""Devices that change their addresses, on the wire: every miner finds its own, and nothing is written meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from hmm_project import redis_server
from hmm_project.journal.models import Alert, Event
from hmm_project.runtime.waiting import until
from miners.commands import Order, execute
from miners.contract import PoolEndpoint
from miners.models import Action, Command, FirmwareVersion, Miner, MinerStatus, Outcome, Telemetry
from miners.polling import poll_shard
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation
from tests.miners.conftest import House
from tests.miners.polling.conftest import NOW, POLL

GAMMA = {"kind": "bitaxe", "model": "gamma"}
NERD = {"kind": "nerdqaxe", "model": "nerdqaxe++"}
NANO = {"kind": "avalon_nano", "model": "nano3s"}
NANO3 = {"kind": "avalon_nano", "model": "nano3"}
TINY = {"kind": "nmminer", "model": "esp32", "firmware": "v2.0.04"}
OLD = {**GAMMA, "firmware": "v2.1.8"}  # tells no MAC
Make = Callable[..., Miner]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    redis_server.connection().flushdb()
    yield
    redis_server.connection().flushdb()


def own(simulation: Simulation, make: Make, *names: str) -> list[Miner]:
    """The miners of these devices, read once."""
    devices = [simulation.device(name) for name in names]
    miners = [make(each.name, kind=each.spec.kind, host=each.host, port=each.port) for each in devices]
    poll(miners, 0)
    return miners


def poll(miners: list[Miner], number: int) -> None:
    """The poll `number`, in one shard a miner: what one shard sees, another has to put right."""
    for order, miner in enumerate(miners):
        poll_shard([miner.pk], now=NOW + number * POLL + timedelta(milliseconds=order * 20))


def swap(simulation: Simulation, first: str, second: str) -> None:
    simulation.do(simulation.swap, simulation.device(first), simulation.device(second))
    assert until(lambda: all(simulation.device(name).listening for name in (first, second)), seconds=5)


def status(miner: Miner) -> MinerStatus:
    return MinerStatus.objects.get(miner=miner)


def is_at_home(simulation: Simulation, miner: Miner) -> bool:
    """Its address is that of its own device."""
    miner.refresh_from_db()
    return f"{miner.host}:{miner.port}" == simulation.device(miner.name).address


def kinds() -> list[str]:
    return sorted(Event.objects.values_list("kind", flat=True))


PAIRS = [
    pytest.param(GAMMA, GAMMA, id="two of a kind"),
    pytest.param(NANO, NANO, id="Avalons"),
    pytest.param(NERD, NERD, id="NerdQAxes"),
    pytest.param(NANO3, NANO3, id="Avalons known by their hash boards"),
    pytest.param(TINY, TINY, id="NMMiners known by their host names"),
    pytest.param(GAMMA, NERD, id="two families behind one port"),
]
POOL = PoolEndpoint(host="other.pool", port=3334, user="bc1qother.x")


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_swap_heals_within_a_poll_and_what_was_measured_is_nobody_elses(
    house: House, make_miner: Make, first: dict[str, Any], second: dict[str, Any]
) -> None:
    simulation = house({**first, "name": "a"}, {**second, "name": "b"})
    miners = own(simulation, make_miner, "a", "b")
    swap(simulation, "a", "b")

    poll(miners, 1)
    assert all(is_at_home(simulation, miner) for miner in miners)
    assert Telemetry.objects.count() == 2, "nothing of the wrong device was kept"
    poll(miners, 2)

    assert [status(miner).state for miner in miners] == ["mining", "mining"]
    assert not Alert.objects.exists()
    assert kinds().count("miner-moved") == 2
    assert [simulation.device(name).counters.writes for name in "ab"] == [0, 0]


def test_three_that_rotate_find_their_own(house: House, make_miner: Make) -> None:
    simulation = house(*({**GAMMA, "name": name} for name in "abc"))
    miners = own(simulation, make_miner, "a", "b", "c")
    swap(simulation, "a", "b")
    swap(simulation, "b", "c")

    poll(miners, 1)
    poll(miners, 2)

    assert all(is_at_home(simulation, miner) for miner in miners)
    assert [status(miner).state for miner in miners] == ["mining"] * 3


def test_who_loses_its_address_to_a_moved_miner_is_lost_until_it_is_found(house: House, make_miner: Make) -> None:
    simulation = house(*({**GAMMA, "name": name} for name in "ab"))
    a, b = miners = own(simulation, make_miner, "a", "b")
    swap(simulation, "a", "b")
    simulation.do(simulation.device("a").break_with, Fault(kind=FaultKind.REFUSE))  # where b was, nobody answers

    poll(miners, 1)
    poll(miners, 2)

    assert is_at_home(simulation, b)
    assert (status(b).state, status(a).state) == ("mining", "unreachable")
    assert "miner-lost" in kinds()
    assert Alert.objects.get().subject == a.subject


def test_a_stranger_at_its_address_is_told_once_and_left_alone(house: House, make_miner: Make) -> None:
    simulation = house(*({**GAMMA, "name": name} for name in "ab"))
    [a] = miners = own(simulation, make_miner, "a")
    swap(simulation, "a", "b")

    for number in (1, 2, 3):
        poll(miners, number)

    assert (status(a).state, is_at_home(simulation, a)) == ("unreachable", False)
    assert simulation.device("b").spec.mac in status(a).failure
    assert kinds() == ["miner-unreachable", "miner-wrong-device"]
    assert Telemetry.objects.count() == 1
    assert simulation.device("b").counters.writes == 0


def test_a_miner_that_answers_at_its_own_address_is_not_moved_by_a_second_one_with_its_mac(
    house: House, make_miner: Make
) -> None:
    simulation, copy = house({**GAMMA, "name": "a"}), house({**GAMMA, "name": "a"}).device("a")
    miners = own(simulation, make_miner, "a")
    miners.append(make_miner("b", host=copy.host, port=copy.port, mac="02:00:00:00:00:99", status_seen_at=NOW))

    poll(miners, 1)
    poll(miners, 2)

    assert [status(miner).state for miner in miners] == ["mining", "unreachable"]
    assert "miner-moved" not in kinds()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_no_command_reaches_the_wrong_board_between_a_swap_and_the_next_poll(
    house: House, make_miner: Make, first: dict[str, Any], second: dict[str, Any]
) -> None:
    simulation = house({**first, "name": "a"}, {**second, "name": "b"})
    miners = own(simulation, make_miner, "a", "b")
    swap(simulation, "a", "b")

    actions: list[dict[str, Any]] = [
        {"action": Action.RESTART},
        {"action": Action.POOL, "pool": POOL},
        {"action": Action.MODE, "mode": "low" if first["kind"] == "avalon_nano" else "eco"},
    ]
    orders = [Order(actor="ada", because="", miner_id=miner.pk, **each) for miner in miners for each in actions]
    outcomes = [command.outcome for command in execute(orders, now=NOW + timedelta(seconds=5))]

    assert set(outcomes) <= {Outcome.REFUSED, Outcome.UNREACHABLE}
    assert [simulation.device(name).counters.writes for name in "ab"] == [0, 0]
    assert not Command.objects.filter(sent=True).exists()


class TestWithoutMac:
    def test_a_board_of_another_model_is_another_device(self, house: House, make_miner: Make) -> None:
        simulation = house({**OLD, "name": "a"}, {**OLD, "model": "supra", "name": "b"})
        miners = own(simulation, make_miner, "a", "b")
        assert {Miner.objects.get(pk=miner.pk).mac for miner in miners} == {None}
        swap(simulation, "a", "b")

        poll(miners, 1)
        poll(miners, 2)

        assert [status(miner).state for miner in miners] == ["unreachable", "unreachable"]
        gamma = status(miners[0])
        assert gamma.failure == "another device answers at 127.0.0.1: Bitaxe Supra 401, not Bitaxe Gamma 601"
        assert gamma.model == "Bitaxe Gamma 601"
        assert Telemetry.objects.count() == 2

    def test_an_update_that_brings_a_mac_is_learnt(self, house: House, make_miner: Make) -> None:
        simulation = house({**OLD, "name": "a"}, {**GAMMA, "name": "b"})
        [a] = miners = own(simulation, make_miner, "a")
        swap(simulation, "a", "b")  # the same board as far as anybody can tell, with newer firmware
        poll(miners, 1)
        a.refresh_from_db()
        assert a.mac == simulation.device("b").spec.mac
        assert list(FirmwareVersion.objects.values_list("version", flat=True)) == ["v2.12.2", "v2.1.8"]

    def test_a_known_miners_device_at_its_address_is_that_miners(self, house: House, make_miner: Make) -> None:
        simulation = house({**OLD, "name": "a"}, {**GAMMA, "name": "b"})
        a, b = miners = own(simulation, make_miner, "a", "b")
        swap(simulation, "a", "b")

        poll(miners, 1)
        poll(miners, 2)

        assert is_at_home(simulation, b)
        assert (status(b).state, Miner.objects.get(pk=a.pk).mac) == ("mining", None)


def test_one_device_under_two_names_is_told_and_read_once(house: House, make_miner: Make) -> None:
    simulation = house({**GAMMA, "name": "a"})
    [a] = own(simulation, make_miner, "a")
    Miner.objects.filter(pk=a.pk).update(port=a.port + 1, enabled=False)
    twin = make_miner("twin", host=a.host, port=a.port)
    for number in (1, 2):
        poll([twin], number)
    twin.refresh_from_db()
    assert (twin.mac, twin.port) == (None, a.port)
    assert f"miner-twice:{twin.subject}" in [alert.key for alert in Alert.objects.all()]
    assert not Telemetry.objects.filter(miner_id=twin.pk).exists()


def test_two_new_miners_of_one_device_do_not_cost_the_others_their_poll(house: House, make_miner: Make) -> None:
    simulation = house(*({**GAMMA, "name": name} for name in "ab"))
    device = simulation.device("a")
    twins = [make_miner(name, host=host, port=device.port) for name, host in (("x", "127.0.0.1"), ("y", "localhost"))]
    other = make_miner("b", host=simulation.device("b").host, port=simulation.device("b").port)
    poll_shard([*(twin.pk for twin in twins), other.pk], now=NOW)
    assert Miner.objects.filter(mac=device.spec.mac).count() == 1
    assert Miner.objects.filter(mac=simulation.device("b").spec.mac).get() == other
