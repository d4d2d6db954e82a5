"""What can go wrong on the wire, as a client sees it."""

from __future__ import annotations

import asyncio

import pytest

from miners.simulators.device import Device
from miners.simulators.faults import GARBAGE, HTML, Fault, FaultKind, parse
from miners.simulators.simulation import Simulation
from tests.simulators.clients import cgminer, exchange, fleet, http, one, parsed, refused

INFO = "/api/system/info"
REQUEST = b"GET /api/system/info HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n"
PATIENCE_S = 0.4


def broken(device: Device, kind: str, **values: object) -> None:
    device.break_with(parse({"kind": kind, **values}))


async def until_the_end(device: Device, sent: bytes, most: int = 1 << 18) -> tuple[bytes, str]:
    """What arrives, and how it ends: closed, reset, silent or endless."""
    reader, writer = await asyncio.open_connection(device.host, device.port)
    writer.write(sent)
    got = b""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while len(got) < most:
                piece = await reader.read(1 << 16)
                if not piece:
                    return got, "closed"
                got += piece
            return got, "endless"
    except ConnectionResetError:
        return got, "reset"
    except TimeoutError:
        return got, "silent"
    finally:
        writer.transport.abort()


@pytest.mark.parametrize(
    ("kind", "end"),
    [("timeout", "silent"), ("reset", "reset"), ("truncated", "closed"), ("endless", "endless"), ("drip", "silent")],
)
async def test_an_http_answer_breaks_on_the_wire(kind: str, end: str) -> None:
    async with one("bitaxe") as simulation:
        device = simulation.device("it")
        whole, _ = await until_the_end(device, REQUEST)
        broken(device, kind)
        got, how = await until_the_end(device, REQUEST)
        assert how == end
        assert (got == b"") is (kind == "timeout")
        assert kind == "endless" or len(got) < len(whole)


@pytest.mark.parametrize(
    ("values", "status", "body"),
    [
        ({"kind": "garbage"}, 200, GARBAGE),
        ({"kind": "html"}, 200, HTML),
        ({"kind": "empty"}, 200, b""),
        ({"kind": "redirect"}, 302, b"moved"),
        ({"kind": "http"}, 500, b"500 Internal Server Error"),
        ({"kind": "http", "status": 503}, 503, b"503 Service Unavailable"),
    ],
)
async def test_an_http_answer_has_the_wrong_body(values: dict[str, object], status: int, body: bytes) -> None:
    async with one("bitaxe") as simulation:
        device = simulation.device("it")
        device.break_with(parse(values))
        answer = await http(device, INFO)
        assert (answer.status, answer.body) == (status, body)
        device.break_with(None)
        assert (await http(device, INFO)).json()["version"] == "v2.12.2"


@pytest.mark.parametrize(
    ("kind", "end"),
    [("timeout", "silent"), ("reset", "reset"), ("truncated", "closed"), ("endless", "endless"), ("drip", "silent"),
     ("garbage", "closed"), ("html", "closed"), ("empty", "closed")],
)  # fmt: skip
async def test_a_cgminer_answer_breaks(kind: str, end: str) -> None:
    async with one("avalon_nano") as simulation:
        device = simulation.device("it")
        broken(device, kind)
        got, how = await until_the_end(device, b'{"command":"summary"}')
        assert how == end
        assert not got.endswith(b"\0")
        device.break_with(None)
        await cgminer(device, "summary")


async def test_a_slow_drip_gives_the_whole_answer_in_the_end() -> None:
    async with one("avalon_nano") as simulation:
        device = simulation.device("it")
        broken(device, "drip", interval_s=0)
        assert (await exchange(device, b"coin")).endswith(b"|\0")


async def test_refusal_closes_the_door_until_it_is_healed() -> None:
    async with one("bitaxe") as simulation:
        device = simulation.device("it")
        broken(device, "refuse")
        assert await refused(device)
        device.break_with(None)
        await device.settled()
        assert (await http(device, INFO)).status == 200


async def test_a_counted_fault_heals_itself() -> None:
    async with one("bitaxe") as simulation:
        device = simulation.device("it")
        broken(device, "http", requests=2)
        assert [(await http(device, INFO)).status for _ in range(3)] == [500, 500, 200]


async def test_a_write_is_counted_even_when_the_answer_is_broken() -> None:
    async with one("bitaxe") as simulation:
        device = simulation.device("it")
        broken(device, "http")
        await http(device, "/api/system", "PATCH", {"frequency": 400})
        assert device.counters.writes == 1
        assert device.describe()["frequency_mhz"] == 525


async def test_requests_take_the_latency_they_are_given() -> None:
    async with one("bitaxe", latency_ms=[80, 90]) as simulation:
        loop = asyncio.get_running_loop()
        started = loop.time()
        await http(simulation.device("it"), INFO)
        assert 0.08 <= loop.time() - started < 0.5


async def test_keep_alive_serves_several_requests_on_one_connection() -> None:
    async with one("bitaxe") as simulation:
        device = simulation.device("it")
        reader, writer = await asyncio.open_connection(device.host, device.port)
        for _ in range(3):
            writer.write(REQUEST.replace(b"close", b"keep-alive"))
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(parsed(head).headers["content-length"]))
        writer.close()
        assert (device.counters.connections, device.counters.reads) == (1, 3)


async def test_nonsense_instead_of_http_is_a_400() -> None:
    async with one("bitaxe") as simulation:
        assert parsed(await exchange(simulation.device("it"), b"\x16\x03\x01 hello\r\n\r\n")).status == 400


async def test_devices_that_swap_addresses_keep_their_identity() -> None:
    pair = fleet({"kind": "bitaxe", "name": "a"}, {"kind": "bitaxe", "name": "b"})
    async with Simulation(pair) as simulation:
        first, second = simulation.device("a"), simulation.device("b")
        before = first.address
        simulation.swap(first, second)
        await first.settled()
        await second.settled()
        assert second.address == before
        info = (await http(second, INFO)).json()
        assert (info["hostname"], info["macAddr"]) == ("b", second.spec.mac.upper())
        assert info["ipv4"] == second.host


def test_an_unknown_fault_is_named() -> None:
    with pytest.raises(ValueError, match="kind 'explode' is not one of timeout, reset"):
        parse({"kind": "explode"})
    with pytest.raises(ValueError, match="unknown key 'how'"):
        parse({"kind": "timeout", "how": 1})
    assert parse({"kind": "http", "status": 429}) == Fault(kind=FaultKind.HTTP, status=429)
