"""The polite search against simulated devices and scripted strangers on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from miners.adapters.link import Datagram, Link, open_link
from miners.contract import Found, Way
from miners.discovery import arp
from miners.discovery.doors import Doors
from miners.discovery.knock import Door, knock
from miners.discovery.probe import identify
from miners.discovery.scan import Limits, scan
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation
from tests.miners.adapters.wire import listening, response, saying, serving
from tests.miners.discovery.conftest import limits, questions

HTTP = questions("bitaxe")
CGMINER = questions("avalon_nano")


async def search(hosts: list[str], link: Link, at: Doors, **changed: Any) -> list[Found]:
    told: list[Found] = []
    found = await scan(hosts, link=link, limits=limits(at, **changed), found=told.append)
    assert told == found
    return found


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def house(*entries: dict[str, Any]) -> Simulation:
    miners = [{"port": 0, "name": f"m{number}", **entry} for number, entry in enumerate(entries)]
    return Simulation(parse({"seed": 7, "miners": miners}))


class TestKnock:
    async def test_open_closed(self) -> None:
        async with listening(saying(b"")) as device:
            assert await knock("127.0.0.1", device.port, within_s=5) is Door.OPEN
        assert await knock("127.0.0.1", device.port, within_s=5) is Door.CLOSED

    async def test_silent_within_its_time(self) -> None:
        with socket.socket() as full, socket.socket() as filler:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())  # the kernel now drops further SYNs
            started = asyncio.get_running_loop().time()
            assert await knock("127.0.0.1", full.getsockname()[1], within_s=0.2) is Door.SILENT
            assert asyncio.get_running_loop().time() - started < 2


class TestScan:
    async def test_finds_all_families_on_the_ports_that_are_knocked_at(self, link: Link) -> None:
        async with house(
            {"kind": "bitaxe", "host": "127.77.0.3"},
            {"kind": "nerdqaxe", "host": "127.77.0.4"},
            {"kind": "avalon_nano", "host": "127.77.0.5"},
            {"kind": "nmminer", "host": "127.77.0.6"},
        ) as simulation:
            at = {each.port: CGMINER if each.spec.kind == "avalon_nano" else HTTP for each in simulation.devices}
            hosts = [f"127.77.0.{number}" for number in range(1, 20)]
            found = await search(hosts, link, at)
            expected = {(each.spec.kind, each.host, each.port) for each in simulation.devices}
            assert {(each.kind, each.host, each.port) for each in found} == expected
            assert all(each.counters.writes == 0 for each in simulation.devices)

    async def test_progress_counts_every_host(self, link: Link) -> None:
        steps: list[int] = []
        hosts = [f"127.77.0.{number}" for number in range(1, 41)]
        await scan(hosts, link=link, limits=limits({free_port(): HTTP}), found=print, progress=steps.append)
        assert steps == list(range(1, 41))

    async def test_no_more_hosts_at_once_than_allowed(self, link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
        now, most = 0, 0

        async def counting(host: str, port: int, *, within_s: float) -> Door:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1
            return Door.CLOSED

        monkeypatch.setattr("miners.discovery.scan.knock", counting)
        await search([f"127.77.0.{number}" for number in range(1, 100)], link, {80: HTTP}, concurrency=7)
        assert most == 7

    async def test_a_device_with_two_addresses_is_one(self, link: Link) -> None:
        pages = {"GET /api/system/info": {"ASICModel": "BM1370", "boardVersion": "601", "macAddr": "02:00:00:00:00:01"}}
        async with listening(serving(pages)) as one, listening(serving(pages)) as two:
            (found,) = await search(["127.0.0.1"], link, {one.port: HTTP, two.port: HTTP})
        assert found.mac == "02:00:00:00:00:01"

    async def test_who_broadcasts_is_not_asked(self) -> None:
        said = {"127.0.0.1": Datagram(b'{"HashRate": "1.0MH/s", "Share": "1/2"}', 2)}
        async with listening(serving({})) as device, open_link(broadcasts=said) as link:
            (found,) = await search(["127.0.0.1"], link, {device.port: HTTP})
            assert found.way is Way.BROADCAST
            assert device.connections == 0

    async def test_hanging_garbage_html_and_redirecting_strangers_do_not_hide_a_miner(self) -> None:
        async with AsyncExitStack() as stack:
            strangers = [
                await stack.enter_async_context(listening(script, hold=hold))
                for script, hold in (
                    (saying(b""), True),
                    (saying(b"\xff" * 300_000), False),
                    (saying(response(b"<html>router</html>")), False),
                    (saying(response(b"", status="302 Found", headers="Location: http://127.0.0.1:9/\r\n")), False),
                    (saying(response(b'{"a": 1}', length=10_000)), False),
                )
            ]
            simulation = await stack.enter_async_context(house({"kind": "bitaxe", "host": "127.0.0.1"}))
            link = await stack.enter_async_context(open_link(timeout_s=1))
            ports = [*(stranger.port for stranger in strangers), simulation.devices[0].port]
            started = asyncio.get_running_loop().time()
            found = await search(["127.0.0.1"], link, dict.fromkeys(ports, HTTP))
            assert [each.kind for each in found] == ["bitaxe"]
            assert asyncio.get_running_loop().time() - started < 8
            assert all(len(stranger.requests) <= 2 for stranger in strangers)

    async def test_a_broken_question_of_a_plug_in_is_nobody(self, link: Link, caplog: pytest.LogCaptureFixture) -> None:
        async def broken(host: str, port: int, link: Link) -> Found | None:
            raise ZeroDivisionError

        async def lying(host: str, port: int, link: Link) -> Any:
            return Found(kind="bitaxe", host="8.8.8.8", port=1, mac="AA:BB:CC:DD:EE:01", hashrate_ghs=float("nan"))

        async with listening(saying(b"")) as device:
            (found,) = await search(["127.0.0.1"], link, {device.port: (broken, lying)})
        assert (found.host, found.port, found.mac) == ("127.0.0.1", device.port, "aa:bb:cc:dd:ee:01")
        assert found.hashrate_ghs is None
        assert "plug-in failed" in caplog.text

    async def test_no_more_is_kept_than_allowed(self, link: Link) -> None:
        async with house({"kind": "bitaxe", "host": "127.77.0.3"}, {"kind": "bitaxe", "host": "127.77.0.4"}) as two:
            at = {each.port: HTTP for each in two.devices}
            assert len(await search(["127.77.0.3", "127.77.0.4"], link, at, most_finds=1)) == 1


class TestSecondKnock:
    """A Wi-Fi that sleeps: only whom ARP knows, and who said nothing at all, is tried again."""

    async def tried(self, link: Link, monkeypatch: pytest.MonkeyPatch, awake: set[str]) -> list[tuple[str, int]]:
        tries: list[tuple[str, int]] = []

        async def answer(host: str, port: int, *, within_s: float) -> Door:
            tries.append((host, within_s))
            return Door.CLOSED if host == "127.77.0.2" and port == 80 else Door.SILENT

        monkeypatch.setattr("miners.discovery.scan.knock", answer)
        monkeypatch.setattr(arp, "read", lambda: frozenset(awake))
        hosts = ["127.77.0.1", "127.77.0.2", "127.77.0.3"]
        await scan(hosts, link=link, limits=Limits(doors={80: HTTP, 4028: CGMINER}), found=print)
        return tries

    async def test_a_silent_host_that_arp_knows(self, link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
        tries = await self.tried(link, monkeypatch, {"127.77.0.1", "127.77.0.2"})
        assert [each for each in tries if each[1] == 1.5] == [("127.77.0.1", 1.5)] * 2
        assert len([each for each in tries if each[1] == 0.7]) == 6

    async def test_nobody_where_arp_knows_nobody(self, link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
        assert len(await self.tried(link, monkeypatch, set())) == 6


class TestNeighboursAndHints:
    @staticmethod
    async def hints(*addresses: tuple[str, int]) -> AsyncIterator[tuple[str, int]]:
        for address in addresses:
            yield address

    async def test_a_neighbour_of_an_nmminer_is_asked_too_but_not_outside_ones_own_network(self, link: Link) -> None:
        info = {"identity": {"hwModel": "NMMiner"}, "miner": {}}
        alive = {"ips": ["127.77.9.9", "8.8.8.8", "192.168.1.5"]}
        async with listening(
            serving({"GET /api/system/info": info, "GET /alive": alive}), host="127.77.0.6"
        ) as telling:
            named = {"kind": "nmminer", "host": "127.77.9.9", "port": telling.port}
            async with house(named):
                found = await search(["127.77.0.6"], link, {telling.port: HTTP})
        assert [each.host for each in found] == ["127.77.0.6", "127.77.9.9"]

    async def test_an_announced_address_is_asked_once_though_it_is_searched_too(self, link: Link) -> None:
        async with house({"kind": "bitaxe", "host": "127.77.0.3", "firmware": "v2.15.0"}) as simulation:
            (device,) = simulation.devices
            hints = self.hints((device.host, device.port), (device.host, device.port))
            found = await scan([device.host], link=link, limits=limits({device.port: HTTP}), found=print, hints=hints)
            assert len(found) == 1
            assert device.counters.reads == 1

    async def test_an_announcement_is_only_a_hint(self, link: Link) -> None:
        async with listening(saying(response(b"<html>"))) as stranger:
            hints = self.hints(("127.0.0.1", stranger.port), ("127.0.0.1", free_port()))
            assert await scan([], link=link, limits=limits({}), found=print, hints=hints) == []
            assert len(stranger.requests) == 1

    async def test_what_was_announced_on_an_unusual_port_is_found(self, link: Link) -> None:
        async with house({"kind": "bitaxe", "host": "127.77.0.3"}) as simulation:
            (device,) = simulation.devices
            hints = self.hints((device.host, device.port))
            (found,) = await scan([], link=link, limits=limits({}), found=print, hints=hints)
            assert found.way is Way.MDNS


class TestIdentify:
    async def test_one_address(self, link: Link) -> None:
        async with house({"kind": "avalon_nano", "host": "127.77.0.5"}) as simulation:
            (device,) = simulation.devices
            found = await identify(device.host, link=link, at={device.port: CGMINER})
            assert found
            assert found.kind == "avalon_nano"

    async def test_nobody(self, link: Link) -> None:
        assert await identify("127.77.0.200", link=link, at={free_port(): HTTP}) is None
