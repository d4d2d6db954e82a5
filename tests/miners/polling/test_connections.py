"""How often and how widely the poller knocks: an ESP32 and a single-threaded cgminer bear one connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from miners.models import Miner, MinerStatus
from miners.polling import poll_shard
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running
from tests.miners.commands.conftest import wait_until
from tests.miners.polling.conftest import NOW, POLL

FAMILIES = [
    {"kind": "bitaxe", "name": "gamma", "firmware": "v2.15.0"},
    {"kind": "bitaxe", "name": "supra", "model": "supra", "firmware": "v2.4.5"},
    {"kind": "nerdqaxe", "name": "nerd"},
    {"kind": "avalon_nano", "name": "nano3s", "model": "nano3s"},
    {"kind": "avalon_nano", "name": "nano3", "model": "nano3"},
    {"kind": "nmminer", "name": "tiny"},
    {"kind": "nmminer", "name": "listed", "firmware": "v1.8.10"},
]
LEARNING = {"gamma": 2, "supra": 2, "nerd": 2, "listed": 2}  # requests of the first poll: the board's options too


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    miners = [{"host": "127.0.0.1", "port": 0, "latency_ms": 20, **entry} for entry in FAMILIES]
    unheard = {"status_port": 9, "config_broadcast_port": 9}
    with running(parse({"seed": 7, "miners": miners, "nmminer": unheard})) as started:
        yield started


def test_a_poll_is_one_request_on_one_connection_and_none_stays_open(
    simulation: Simulation, make_miner: Callable[..., Miner]
) -> None:
    miners = [
        make_miner(device.name, kind=device.spec.kind, host=device.host, port=device.port)
        for device in simulation.devices
    ]
    polls = 4
    for number in range(polls):
        poll_shard([miner.pk for miner in miners], now=NOW + number * POLL)

    assert set(MinerStatus.objects.values_list("failure", flat=True)) == {""}
    for device in simulation.devices:
        counters = device.counters
        expected = polls - 1 + LEARNING.get(device.name, 1)
        assert (device.name, counters.reads, counters.connections) == (device.name, expected, expected)
        assert (counters.writes, counters.most_open_connections) == (0, 1)
        wait_until(lambda counters=counters: counters.open_connections == 0)


def test_a_device_that_hangs_is_not_asked_twice_at_a_time(
    simulation: Simulation, make_miner: Callable[..., Miner]
) -> None:
    """Silent devices cost their time-out, and what was given up is closed before the next poll knocks."""
    miners = []
    for device in simulation.devices:
        simulation.do(device.break_with, Fault(kind=FaultKind.TIMEOUT))
        miners.append(make_miner(device.name, kind=device.spec.kind, host=device.host, port=device.port))
    for number in range(2):
        poll_shard([miner.pk for miner in miners], now=NOW + number * POLL)
        for device in simulation.devices:
            wait_until(lambda device=device: device.counters.open_connections == 0)
    assert {device.counters.most_open_connections for device in simulation.devices} == {1}
    assert {device.counters.connections for device in simulation.devices} == {2}
