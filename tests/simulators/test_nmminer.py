"""NMMiner: the generation that broadcasts, and the one that answers HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation
from tests.simulators.clients import FAST, fleet, http, one, refused, until

LISTENER = "0.0.0.0"


@pytest.fixture
def ears() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Sockets that hear broadcasts on free ports."""
    heard = []
    for _ in range(2):
        ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ear.bind((LISTENER, 0))
        ear.setblocking(False)
        heard.append(ear)
    yield heard[0], heard[1]
    for ear in heard:
        ear.close()


def broadcasting(ears: tuple[socket.socket, socket.socket], firmware: str = "v1.8.10") -> Simulation:
    status, config = (ear.getsockname()[1] for ear in ears)
    ports = {"status_port": status, "config_broadcast_port": config}
    return Simulation(fleet({"kind": "nmminer", "name": "it", "firmware": firmware}, speed=FAST, nmminer=ports))


async def hear(ear: socket.socket) -> tuple[bytes, str]:
    async with asyncio.timeout(5):
        data, (host, _port) = await asyncio.get_running_loop().sock_recvfrom(ear, 4096)
        return data, host


async def next_with(ear: socket.socket, key: str, value: Any) -> dict[str, Any]:
    """The first broadcast in which `key` has `value`."""
    async with asyncio.timeout(5):
        while True:
            body = orjson.loads((await hear(ear))[0])
            if body[key] == value:
                return dict(body)


async def test_it_broadcasts_status_and_configuration_from_its_own_address(ears: Any) -> None:
    async with broadcasting(ears) as simulation:
        device = simulation.device("it")
        status, sender = await hear(ears[0])
        body = orjson.loads(status)
        assert sender == device.host == body["ip"]
        assert len(status) <= 1024
        assert body["HashRate"].endswith("MH/s")
        assert body["PoolInUse"] == "pool.example:3333"
        assert body["BestDiff"].count("\r") == 1
        config = orjson.loads((await hear(ears[1]))[0])
        assert (config["IP"], config["WiFiSSID"]) == (device.host, "simulated")


async def test_early_firmware_spells_it_otherwise(ears: Any) -> None:
    async with broadcasting(ears, "v0.3.01"):
        body = orjson.loads((await hear(ears[0]))[0])
    assert "ip" not in body
    assert body["HashRate"].endswith("K")
    assert body["Share"].count("/") == 1


async def send(simulation: Simulation, body: dict[str, Any]) -> None:
    device = simulation.device("it")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(orjson.dumps(body), (device.host, device.port))
    await until(lambda: device.counters.writes > 0)


@pytest.mark.parametrize(("firmware", "lists"), [("v1.7.06", True), ("v1.8.10", True), ("v1.5.01", False)])
async def test_late_firmware_1_also_lists_itself(ears: Any, firmware: str, lists: bool) -> None:
    async with broadcasting(ears, firmware) as simulation:
        device = simulation.device("it")
        assert await refused(device) is not lists
        if not lists:
            return
        [row] = (await http(device, "/swarm")).json()["devices"]
        assert (row["ip"], row["version"], row["pool"]) == (device.host, firmware, "pool.example:3333")
        assert row["hashRate"].endswith("MH/s")
        assert " /" in row["bestDiff"]
        assert (await http(device, "/api/system/info")).status == 404
        assert (await hear(ears[0]))[1] == device.host
        device.power(on=False)
        assert await refused(device)


async def test_a_configuration_for_everybody_reaches_every_one_of_them(ears: Any) -> None:
    async with broadcasting(ears) as simulation:
        device = simulation.device("it")
        whole = dict(device.config) | {"IP": "0.0.0.0", "Brightness": 7}  # type: ignore[attr-defined]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            out.sendto(orjson.dumps(whole), ("127.255.255.255", device.port))
        await until(lambda: device.config["Brightness"] == 7)  # type: ignore[attr-defined]


async def test_a_whole_configuration_moves_it_to_the_new_pool(ears: Any) -> None:
    async with broadcasting(ears) as simulation:
        config = orjson.loads((await hear(ears[1]))[0])
        await send(simulation, {**config, "PrimaryPool": "stratum+tcp://new.example:4444"})
        await next_with(ears[0], "PoolInUse", "new.example:4444")
        assert simulation.device("it").describe()["wifi_ssid"] == "simulated"


async def test_a_partial_configuration_loses_the_miner_its_network(ears: Any) -> None:
    async with broadcasting(ears) as simulation:
        device = simulation.device("it")
        await send(simulation, {"IP": device.host, "PrimaryPool": "stratum+tcp://new.example:4444"})
        await until(lambda: not device.booting)
        assert device.describe()["wifi_ssid"] == ""
        assert not device.listening


async def test_a_configuration_for_somebody_else_is_ignored(ears: Any) -> None:
    async with broadcasting(ears) as simulation:
        await send(simulation, {"IP": "127.20.9.9", "PrimaryPool": "stratum+tcp://new.example:4444"})
        assert not simulation.device("it").booting


async def test_a_broken_one_broadcasts_garbage_and_a_dark_one_nothing(ears: Any) -> None:
    async with broadcasting(ears) as simulation:
        device = simulation.device("it")
        device.break_with(Fault(kind=FaultKind.GARBAGE))
        async with asyncio.timeout(5):
            while (await hear(ears[0]))[0][:1] == b"{":
                pass
        device.power(on=False)
        assert not device.listening


async def test_the_http_generation_answers_its_nested_schema() -> None:
    async with one("nmminer", firmware="v2.0.04") as simulation:
        device = simulation.device("it")
        info = (await http(device, "/api/system/info")).json()
        assert info["identity"]["hwModel"] == "NMMiner"
        assert 0.0009 < info["miner"]["hashRate"] < 0.0012
        assert (await http(device, "/probe")).json()["hr"] > 900_000
        assert (await http(device, "/alive")).json()["ips"] == [device.host]


async def test_the_http_generation_takes_partial_pool_settings() -> None:
    async with one("nmminer", FAST, firmware="v2.0.04") as simulation:
        device = simulation.device("it")
        new = {"PrimaryPool": "stratum+tcp://new.example:4444"}
        assert (await http(device, "/api/setting/mining", "POST", new)).text == "OK"
        assert (await http(device, "/api/system/info")).json()["stratum"]["url"] == "new.example:4444"
        kept = (await http(device, "/api/setting/mining")).json()
        assert kept["PrimaryAddress"] == "bc1qexample.worker"
        assert (await http(device, "/api/setting/mining", "POST", b"nonsense")).status == 400
        assert (await http(device, "/api/system/restart", "POST")).json() == {"status": "ok"}
        await until(lambda: device.booting)
        await until(lambda: device.listening)
