"""Every family and generation is recognised by its answer, and everything else is not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from miners.adapters.introduction import heard, over_cgminer, over_http
from miners.adapters.link import Datagram, Link
from miners.adapters.nmminer.neighbours import neighbours
from miners.contract import DeviceError, Garbled, Refused, Way
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation
from tests.miners.adapters.wire import listening, response, saying, serving

PROBED = {"model": "NMMiner", "hostname": "nm-cyd-1", "ver": "v2.0.04", "hr": 956_432}
MAC = "02:00:00:00:00:01"


def nmaxe(**identity: Any) -> dict[str, Any]:
    return {"identity": {"hwModel": "NMAxe", **identity}, "miner": {"hashRate": 1.0}}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"kind": "bitaxe", "firmware": "v2.4.5"}, "bitaxe"),
        ({"kind": "bitaxe", "firmware": "v2.9.0"}, "bitaxe"),
        ({"kind": "bitaxe", "firmware": "v2.15.0"}, "bitaxe"),
        ({"kind": "bitaxe", "model": "supra"}, "bitaxe"),
        ({"kind": "nerdqaxe", "firmware": "v1.0.36"}, "nerdqaxe"),
        ({"kind": "nerdqaxe", "firmware": "v1.0.30"}, "nerdqaxe"),
        ({"kind": "nerdqaxe", "model": "hashcard"}, "nerdqaxe"),
        ({"kind": "nmminer", "firmware": "v2.0.04"}, "nmminer"),
    ],
)
async def test_http_families_by_one_request(link: Link, entry: dict[str, Any], expected: str) -> None:
    fleet = parse({"seed": 7, "miners": [{"host": "127.0.0.1", "port": 0, "name": "it", **entry}]})
    async with Simulation(fleet) as simulation:
        device = simulation.device("it")
        found = await over_http(device.host, device.port, link)
        assert found
        assert (found.kind, found.host, found.port, found.way) == (expected, device.host, device.port, Way.SCAN)
        assert found.firmware
        assert found.model
        assert found.hashrate_ghs
        assert device.counters.reads == 1
        assert device.counters.writes == 0


@pytest.mark.parametrize(
    ("model", "label", "requests"), [("nano3s", "Avalon Nano 3S", 1), ("nano3", "Avalon Nano 3", 2)]
)
async def test_nanos_with_the_identity_a_poll_tells(link: Link, model: str, label: str, requests: int) -> None:
    from miners.adapters.registry import open_adapter
    from miners.contract import Target

    fleet = parse({"seed": 7, "miners": [{"kind": "avalon_nano", "model": model, "host": "127.0.0.1", "port": 0}]})
    async with Simulation(fleet) as simulation:
        (device,) = simulation.devices
        found = await over_cgminer(device.host, device.port, link)
        assert found
        assert device.counters.connections == requests
        polled = await open_adapter(Target(kind=found.kind, host=found.host, port=found.port), link).read()
        assert (found.model, found.mac, found.firmware) == (label, polled.mac, polled.firmware)
        assert found.mac


async def test_an_nmminer_without_its_info_is_known_by_its_probe(link: Link) -> None:
    async with listening(serving({"GET /probe": PROBED})) as device:
        found = await over_http("127.0.0.1", device.port, link)
    assert found
    assert (found.kind, found.hostname, found.firmware) == ("nmminer", "nm-cyd-1", "v2.0.04")
    assert found.hashrate_ghs == pytest.approx(0.000956432)
    assert device.lines == ["GET /api/system/info", "GET /probe"]


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        ({}, ["GET /api/system/info", "GET /probe"]),
        ({"GET /api/system/info": nmaxe()}, ["GET /api/system/info"]),
        ({"GET /api/system/info": {"name": "printer"}}, ["GET /api/system/info", "GET /probe"]),
        ({"GET /probe": {"model": "Toaster"}}, ["GET /api/system/info", "GET /probe"]),
    ],
)
async def test_strangers_are_asked_twice_at_most(link: Link, pages: dict[str, object], asked: list[str]) -> None:
    async with listening(serving(pages)) as device:
        assert await over_http("127.0.0.1", device.port, link) is None
    assert device.lines == asked


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (response(b"<html>login</html>"), Garbled),
        (response(b""), Garbled),
        (response(b"\xff\xfe\x80"), Garbled),
        (response(b" " * 100_000), Garbled),
        (response(b'{"ASICModel": "BM13'), Garbled),
        (b"SSH-2.0-OpenSSH_9\r\n", Garbled),
        (response(b"Unauthorized", status="401 Unauthorized"), Refused),
        (response(b"", status="500 Oops"), DeviceError),
    ],
)
async def test_garbage_stops_it_at_the_first_answer(link: Link, answer: bytes, error: type[Exception]) -> None:
    async with listening(saying(answer)) as device:
        with pytest.raises(error):
            await over_http("127.0.0.1", device.port, link)
    assert len(device.requests) == 1


@pytest.mark.parametrize(
    "version",
    [
        {"STATUS": [{"STATUS": "S"}], "VERSION": [{"CGMiner": "4.9", "Type": "Antminer S19"}]},
        {"STATUS": "E", "Msg": "nothing"},
        {},
    ],
)
async def test_other_cgminers_are_not_ours(link: Link, version: dict[str, Any]) -> None:
    import orjson

    async with listening(saying(orjson.dumps(version))) as device:
        with pytest.raises(Garbled):
            await over_cgminer("127.0.0.1", device.port, link)
    assert device.lines == ["version"]


class TestHeard:
    SAID = (
        b'{"ip": "10.0.0.9", "HashRate": "1.0154MH/s", "Share": "1/40/97.5%", "Version": "v1.8.10", "BoardType": "x"}'
    )

    def test_a_fresh_broadcast_is_the_device_at_its_sender(self) -> None:
        found = heard("192.168.1.7", {"192.168.1.7": Datagram(self.SAID, 3)})
        assert found
        assert (found.kind, found.host, found.port, found.way) == ("nmminer", "192.168.1.7", 12_345, Way.BROADCAST)

    @pytest.mark.parametrize("said", [Datagram(SAID, 61), Datagram(b"{}", 1), Datagram(b"\xff", 1)])
    def test_an_old_or_foreign_one_is_nobody(self, said: Datagram) -> None:
        assert heard("192.168.1.7", {"192.168.1.7": said}) is None

    def test_nobody_spoke(self) -> None:
        assert heard("192.168.1.7", {}) is None


class TestNeighbours:
    @pytest.mark.parametrize(
        ("alive", "expected"),
        [
            ({"self": "127.0.0.1", "ips": ["127.0.0.1", "127.0.0.9", "127.0.0.8"]}, ["127.0.0.8", "127.0.0.9"]),
            ({"ips": ["fe80::1", "router", 7, None, ["x"], "127.0.0.2"]}, ["127.0.0.2"]),
            ({"ips": "127.0.0.2"}, []),
            ({}, []),
        ],
    )
    async def test_are_the_addresses_it_names(self, link: Link, alive: dict[str, Any], expected: list[str]) -> None:
        async with listening(serving({"GET /alive": alive})) as device:
            assert await neighbours("127.0.0.1", device.port, link) == expected

    async def test_are_never_more_than_a_network_has(self, link: Link) -> None:
        many = [f"10.{number // 256}.{number % 256}.1" for number in range(3000)]
        async with listening(serving({"GET /alive": {"ips": many}})) as device:
            assert len(await neighbours("127.0.0.1", device.port, link)) == 256


async def test_a_device_that_hangs_costs_its_time_out_only() -> None:
    from miners.adapters.link import open_link

    started = asyncio.get_running_loop().time()
    async with listening(saying(b""), hold=True) as device, open_link(timeout_s=0.3) as impatient:
        with pytest.raises(DeviceError):
            await over_http("127.0.0.1", device.port, impatient)
    assert asyncio.get_running_loop().time() - started < 3
