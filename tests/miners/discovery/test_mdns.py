"""Real multicast DNS, on the loopback interface. Skipped where the kernel gives it none."""

from __future__ import annotations

import asyncio
import logging
import socket
import uuid
from contextlib import aclosing
from ipaddress import IPv4Network

import pytest
from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from miners.adapters.link import Link
from miners.contract import Way
from miners.discovery import mdns
from miners.discovery.scan import Address, scan
from miners.simulators.fleet import parse
from miners.simulators.mdns import announced
from miners.simulators.simulation import Simulation
from tests.miners.discovery.conftest import limits

NETWORK = IPv4Network("127.77.0.0/24")
GROUP = "224.0.0.251"


def multicast_works() -> bool:
    """Whether what is sent to mDNS's group through the loopback interface is heard there."""
    try:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as voice,
        ):
            ear.bind(("", 0))
            loopback = socket.inet_aton("127.0.0.1")
            ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + loopback)
            ear.settimeout(2)
            voice.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, loopback)
            voice.sendto(b"here", (GROUP, ear.getsockname()[1]))
            return ear.recv(16) == b"here"
    except OSError:
        return False


needs_multicast = pytest.mark.skipif(not multicast_works(), reason="the loopback interface takes no multicast here")


async def first(network: IPv4Network, seconds: float) -> Address | None:
    async with aclosing(mdns.announced(network, seconds=seconds)) as hints:
        return await anext(hints, None)


def house(host: str = "127.77.0.9") -> Simulation:
    name = f"gamma-{uuid.uuid4().hex[:8]}"  # whoever tests beside us announces something else
    entry = {"kind": "bitaxe", "firmware": "v2.15.0", "name": name, "host": host, "port": 0}
    return Simulation(parse({"seed": uuid.uuid4().int % 2**31, "miners": [entry]}))


@needs_multicast
async def test_an_announced_device_is_found_without_its_address_being_searched(link: Link) -> None:
    async with house() as simulation, announced(simulation.devices[0]):
        (device,) = simulation.devices
        async with aclosing(mdns.announced(NETWORK, seconds=3)) as hints:
            found = await scan([], link=link, limits=limits({}), found=print, hints=hints)
        ours = [each for each in found if (each.host, each.port) == (device.host, device.port)]
        assert [(each.kind, each.way, each.mac) for each in ours] == [("bitaxe", Way.MDNS, device.spec.mac)]
        assert device.counters.reads == 1


@needs_multicast
async def test_what_is_announced_outside_the_network_is_no_hint() -> None:
    async with house("127.78.0.9") as simulation, announced(simulation.devices[0]):
        heard = []
        async with aclosing(mdns.announced(NETWORK, seconds=1.5)) as hints:
            heard = [address async for address in hints]
        assert (simulation.devices[0].host, simulation.devices[0].port) not in heard


@needs_multicast
async def test_another_service_is_no_hint() -> None:
    voice = AsyncZeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
    name = f"printer-{uuid.uuid4().hex[:8]}"
    service = AsyncServiceInfo(
        "_http._tcp.local.",
        f"{name}._http._tcp.local.",
        addresses=[socket.inet_aton("127.77.0.99")],
        port=80,
        server=f"{name}.local.",
    )
    try:
        await (await voice.async_register_service(service))
        async with aclosing(mdns.announced(NETWORK, seconds=1)) as hints:
            assert ("127.77.0.99", 80) not in [address async for address in hints]
    finally:
        await voice.async_close()


async def test_silence_ends_in_time() -> None:
    started = asyncio.get_running_loop().time()
    assert await first(IPv4Network("127.99.0.0/24"), 0.3) is None
    assert asyncio.get_running_loop().time() - started < 5


async def test_without_multicast_the_search_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def deaf(**_: object) -> None:
        raise OSError(19, "No such device")

    caplog.set_level(logging.WARNING)  # a Celery worker of another test leaves a higher one behind
    monkeypatch.setattr(mdns, "AsyncZeroconf", deaf)
    assert await first(NETWORK, 5) is None
    assert "without it" in caplog.text


@pytest.mark.parametrize(("network", "interfaces"), [("127.77.0.0/24", ["127.0.0.1"]), ("192.168.1.0/24", "all")])
async def test_only_loopback_is_listened_to_for_a_loopback_network(
    monkeypatch: pytest.MonkeyPatch, network: str, interfaces: object
) -> None:
    asked = []

    def deaf(**named: object) -> None:
        asked.append(named["interfaces"])
        raise OSError

    monkeypatch.setattr(mdns, "AsyncZeroconf", deaf)
    await first(IPv4Network(network), 1)
    assert asked == [mdns.InterfaceChoice.All if interfaces == "all" else interfaces]
