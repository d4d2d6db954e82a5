"""The control endpoint, and the simulation from another thread."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from miners.simulators.endpoint import CannotListen
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation, running
from tests.simulators.clients import FAST, Answer, fleet, http, until


def pair() -> Simulation:
    miners = [{"kind": "bitaxe", "name": "gamma", "count": 2}, {"kind": "avalon_nano", "name": "nano"}]
    return Simulation(fleet(*miners, speed=FAST, services={"home_assistant": {"port": 0}}))


async def ask(simulation: Simulation, path: str, body: Any = None, method: str = "") -> Answer:
    return await http(simulation.control, path, method or ("POST" if body is not None else "GET"), body)


async def test_it_lists_the_truth_of_every_device() -> None:
    async with pair() as simulation:
        devices = (await ask(simulation, "/devices")).json()["devices"]
        assert [device["name"] for device in devices] == ["gamma-1", "gamma-2", "nano"]
        assert {device["power"] for device in devices} == {"on"}
        one = (await ask(simulation, "/devices/nano")).json()
        assert {"hashrate_ghs", "power_w", "reads", "writes", "level", "pool", "mac"} <= set(one)
        services = (await ask(simulation, "/services")).json()["services"]
        assert [service["name"] for service in services] == ["home_assistant"]


async def test_a_pattern_breaks_and_heals_many() -> None:
    async with pair() as simulation:
        answer = await ask(simulation, "/devices/gamma-*/fault", {"kind": "timeout"})
        assert answer.json() == {"changed": ["gamma-1", "gamma-2"]}
        assert [device.fault is not None for device in simulation.devices] == [True, True, False]
        await ask(simulation, "/devices/*/heal", {})
        assert not any(device.fault for device in simulation.devices)


async def test_power_reboot_latency_and_overheat_reach_the_device() -> None:
    async with pair() as simulation:
        device = simulation.device("gamma-1")
        await ask(simulation, "/devices/gamma-1/power", {"on": False})
        assert device.describe()["power"] == "off"
        await ask(simulation, "/devices/gamma-1/power", {"on": True})
        await until(lambda: device.listening)
        await ask(simulation, "/devices/gamma-1/reboot", {})
        await until(lambda: device.describe()["uptime_s"] < 1000)
        await ask(simulation, "/devices/gamma-1/latency", {"ms": [5, 6]})
        assert device.latency_ms == (5, 6)
        await ask(simulation, "/devices/nano/overheat", {})
        assert simulation.device("nano").overheated


async def test_two_devices_swap_their_addresses() -> None:
    async with pair() as simulation:
        before = [device.address for device in simulation.devices[:2]]
        await ask(simulation, "/swap", {"devices": ["gamma-1", "gamma-2"]})
        assert [device.address for device in simulation.devices[:2]] == before[::-1]


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("/devices/nowhere", None, 404, "no device 'nowhere'"),
        ("/devices/x/reboot", {}, 404, "no 'x' here; there are: gamma-1"),
        ("/devices/nano/explode", {}, 404, "nano has no action 'explode'; it has: fault"),
        ("/devices/nano/fault", {"kind": "explode"}, 400, "kind 'explode' is not one of"),
        ("/devices/nano/power", {}, 400, "on"),
        ("/devices/nano/latency", {"ms": 5}, 400, ""),
        ("/devices/nano/fault", b"{", 400, ""),
        ("/elsewhere", None, 404, "no GET /elsewhere here"),
    ],
)
async def test_what_it_cannot_do_it_says(path: str, body: Any, status: int, says: str) -> None:
    async with pair() as simulation:
        answer = await ask(simulation, path, body)
    assert answer.status == status
    assert says in answer.json()["error"]


async def test_a_taken_address_is_one_clear_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        simulation = Simulation(fleet({"kind": "bitaxe", "name": "it", "host": "127.0.0.1", "port": port}))
        with pytest.raises(CannotListen, match=f"it: cannot listen on 127.0.0.1:{port} .*choose other addresses"):
            async with simulation:
                pass


async def test_losing_power_while_booting_leaves_it_dark() -> None:
    async with pair() as simulation:
        device = simulation.device("gamma-1")
        device.power(on=False)
        device.power(on=True)
        device.power(on=False)
        device.power(on=True)
        await until(lambda: device.listening)
        device.reboot()
        device.power(on=False)
        assert device.describe()["power"] == "off"
        await until(lambda: simulation.clock.now() > device.machine.booted_s + 5 * device.boot_s)
        assert not device.listening


def test_from_another_thread_it_is_read_freely_and_changed_through_do() -> None:
    with running(fleet({"kind": "bitaxe", "name": "it"})) as simulation:
        device = simulation.device("it")
        assert device.describe()["hashrate_ghs"] > 900
        simulation.do(device.break_with, Fault(kind=FaultKind.REFUSE))
        with socket.socket() as client, pytest.raises(ConnectionRefusedError):
            client.connect((device.host, device.port))
        simulation.do(device.break_with, None)
    assert not device.listening


def test_what_goes_wrong_in_the_thread_is_raised_here() -> None:
    unknown = fleet(services={"pools": [{"port": 0}]})
    with pytest.raises(ValueError, match="kind 'pool' is not one of home_assistant"), running(unknown):
        pass
