"""One configuration for all: what leaves this computer, where it goes, and which simulated miners obey it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator

import pytest

from miners.adapters.nmminer import config as configs
from miners.adapters.nmminer.broadcast import address_for, send_to_all
from miners.contract import PoolEndpoint, Refused, Unreachable
from miners.simulators.simulation import Simulation
from tests.miners.adapters.payloads import NM_CONFIG, Payload
from tests.simulators.clients import fleet, until

POOL = PoolEndpoint(host="new.example", port=3335, user="me.rig", password="d=1")
MOVED = NM_CONFIG | {
    "IP": "0.0.0.0",
    "PrimaryPool": "stratum+tcp://new.example:3335",
    "PrimaryAddress": "me.rig",
    "PrimaryPassword": "d=1",
}


@pytest.fixture
def ear() -> Iterator[socket.socket]:
    """Hears what is broadcast on loopback, on a free port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind(("127.255.255.255", 0))
        heard.setblocking(False)
        yield heard


async def hear(ear: socket.socket) -> tuple[bytes, str]:
    async with asyncio.timeout(5):
        payload, (sender, _) = await asyncio.get_running_loop().sock_recvfrom(ear, 4096)
    return payload, sender


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.20.1.1", "127.255.255.255"), ("192.168.1.7", "255.255.255.255"), ("10.0.0.9", "255.255.255.255")],
)
def test_a_simulated_miner_is_never_answered_into_the_real_network(host: str, address: str):
    assert address_for(host) == address


def test_a_name_is_no_address():
    with pytest.raises(ValueError, match="lottery"):
        address_for("lottery.lan")


async def test_the_whole_configuration_is_broadcast_to_everybody_three_times(ear: socket.socket):
    await send_to_all(NM_CONFIG, POOL, address="127.255.255.255", port=ear.getsockname()[1], near="127.20.1.7")
    heard = [await hear(ear) for _ in range(configs.REPEATS)]
    assert configs.REPEATS == 3
    assert [json.loads(payload) for payload, _ in heard] == [MOVED] * 3
    assert len({sender for _, sender in heard}) == 1
    with pytest.raises(BlockingIOError):
        ear.recvfrom(4096)


async def test_the_network_that_leads_to_the_named_device_is_used(ear: socket.socket):
    assert configs.local_address("127.0.0.1") == "127.0.0.1"
    await send_to_all(NM_CONFIG, POOL, address="127.255.255.255", port=ear.getsockname()[1], near="127.0.0.1")
    assert (await hear(ear))[1] == "127.0.0.1"


@pytest.mark.parametrize(
    "config",
    [
        {},
        {key: value for key, value in NM_CONFIG.items() if key != "WiFiPWD"},
        NM_CONFIG | {"WiFiSSID": ""},
        NM_CONFIG | {"WiFiSSID": 7},
        NM_CONFIG | {"WiFiPWD": "********"},
        NM_CONFIG | {"Brightness": None},
    ],
)
async def test_a_part_of_a_configuration_is_never_broadcast(ear: socket.socket, config: Payload):
    with pytest.raises(Refused, match="not whole"):
        await send_to_all(config, POOL, address="127.255.255.255", port=ear.getsockname()[1])
    with pytest.raises(BlockingIOError):
        ear.recvfrom(4096)


async def test_an_open_network_has_an_empty_password(ear: socket.socket):
    await send_to_all(NM_CONFIG | {"WiFiPWD": ""}, POOL, address="127.255.255.255", port=ear.getsockname()[1])
    assert json.loads((await hear(ear))[0])["WiFiPWD"] == ""


async def test_no_way_to_the_network_is_said():
    with pytest.raises(Unreachable, match="There is no way to"):
        await send_to_all(NM_CONFIG, POOL, address="127.255.255.255", port=9, near="127.255.255.255")


async def test_every_miner_of_the_network_takes_over_the_configuration_of_the_named_one():
    port = free_port()
    entries = [
        {"kind": "nmminer", "name": name, "firmware": firmware, "port": port}
        for name, firmware in (("a", "v1.8.10"), ("b", "v1.5.01"), ("old", "v0.3.01"), ("new", "v2.0.04"))
    ]
    ports = {"status_port": 9, "config_broadcast_port": 9}
    async with Simulation(fleet(*entries, speed=20, nmminer=ports)) as simulation:
        a, b, old, new = (simulation.device(name) for name in ("a", "b", "old", "new"))
        told = dict(a.config) | {"IP": a.host, "Brightness": 42}
        await send_to_all(told, POOL, address=address_for(a.host), port=port, near=a.host)
        await until(lambda: a.describe()["pool"] == b.describe()["pool"] == "new.example:3335")
        assert {device.describe()["pool_user"] for device in (a, b)} == {"me.rig"}
        assert b.config["Brightness"] == 42
        assert (a.config["WiFiSSID"], b.config["WiFiSSID"]) == ("simulated", "simulated")
        assert [device.describe()["pool"] for device in (old, new)] == ["pool.example:3333"] * 2
        assert new.counters.writes == 0


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
