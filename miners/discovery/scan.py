"""A polite search through a network: knock, ask once where a door opens, knock again where somebody may be asleep."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from miners.adapters import introduction
from miners.adapters.link import Link
from miners.adapters.nmminer.neighbours import neighbours
from miners.addresses import check_address
from miners.contract import DeviceError, Found, Kind, Way
from miners.discovery import arp
from miners.discovery.doors import Doors, doors
from miners.discovery.knock import Door, knock
from miners.discovery.probe import ask

log = logging.getLogger(__name__)

Address = tuple[str, int]  # IPv4 address, TCP port


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    doors: Doors = field(default_factory=doors)
    concurrency: int = 128  # hosts at once, each at all its doors
    sockets: int = 256  # knocking at once
    knock_s: float = 0.7
    second_knock_s: float = 1.5  # an ESP32 that saves power may take so long
    most_finds: int = 2048
    most_neighbours: int = 64  # addresses that NMMiners name
    most_namers: int = 2  # NMMiners asked for them: all of them search the same network


async def scan(
    hosts: Sequence[str],
    *,
    link: Link,
    limits: Limits,
    found: Callable[[Found], None],
    progress: Callable[[int], None] | None = None,
    hints: AsyncIterable[Address] | None = None,
) -> list[Found]:
    """Every device of a known family at `hosts` (IPv4 addresses), and at `hints`: addresses that announced themselves.

    `found` is told of each once, as it is recognised; `progress` how many hosts are done. A device is known by its
    MAC, so one with two addresses is one. Raises an ExceptionGroup when this machine cannot go on, of sockets say.
    """
    hunt = _Hunt(link, limits, found)
    walk = _Walk(hunt, progress or (lambda _: None))
    async with asyncio.TaskGroup() as tasks:
        if hints is not None:
            tasks.create_task(hunt.follow(hints))
        await walk.through(hosts, within_s=limits.knock_s)
        awake = arp.read()
        await walk.through([host for host in walk.silent if host in awake], within_s=limits.second_knock_s)
    return hunt.finds


class _Hunt:
    """What was asked and found so far."""

    def __init__(self, link: Link, limits: Limits, found: Callable[[Found], None]) -> None:
        self.finds: list[Found] = []
        self.limits = limits
        self._link = link
        self._tell = found
        self._known: set[str] = set()
        self._asked: set[Address] = set()
        self._namers = self._named = 0
        self._sockets = asyncio.Semaphore(limits.sockets)

    async def visit(self, host: str, *, within_s: float) -> bool:
        """Whether anything answers at `host` at all."""
        if heard := introduction.heard(host, self._link.broadcasts):
            self._add(heard)
            return True
        ports = [port for port in self.limits.doors if (host, port) not in self._asked]
        answers = await asyncio.gather(*(self._knock((host, port), within_s) for port in ports))
        for port, answer in zip(ports, answers, strict=True):  # one exchange a device at a time
            if answer is Door.OPEN:
                await self._ask((host, port))
        return any(answer is not Door.SILENT for answer in answers)

    async def follow(self, hints: AsyncIterable[Address]) -> None:
        async with asyncio.TaskGroup() as tasks:
            async for address in hints:
                tasks.create_task(self._ask_awake(address, way=Way.MDNS))

    async def _knock(self, address: Address, within_s: float) -> Door:
        async with self._sockets:
            return await knock(*address, within_s=within_s)

    async def _ask_awake(self, address: Address, *, way: Way = Way.SCAN) -> None:
        """Ask somebody who is known to be there: with patience."""
        if address not in self._asked and await self._knock(address, self.limits.second_knock_s) is Door.OPEN:
            await self._ask(address, way=way)

    async def _ask(self, address: Address, *, way: Way = Way.SCAN) -> None:
        if address in self._asked:
            return
        self._asked.add(address)
        host, port = address
        questions = self.limits.doors.get(port) or (introduction.over_http,)
        if device := await ask(host, port, questions, self._link):
            self._add(replace(device, way=way))
            if device.kind == Kind.NMMINER and self._namers < self.limits.most_namers:
                self._namers += 1
                await self._ask_neighbours(device)

    async def _ask_neighbours(self, device: Found) -> None:
        """They may be asleep when it is their turn, or beyond the hosts that are searched."""
        try:
            named = await neighbours(device.host, device.port, self._link)
        except DeviceError as error:
            log.debug("%s names no neighbours: %s", device.host, error)
            return
        for host in named:
            if self._named < self.limits.most_neighbours and _is_near(host, device.host):
                self._named += 1
                await self._ask_awake((host, device.port))

    def _add(self, device: Found) -> None:
        key = device.mac or f"{device.host}:{device.port}"
        if key in self._known or len(self.finds) >= self.limits.most_finds:
            return
        self._known.add(key)
        self.finds.append(device)
        self._tell(device)


class _Walk:
    """Goes through hosts, many at a time."""

    def __init__(self, hunt: _Hunt, progress: Callable[[int], None]) -> None:
        self.silent: list[str] = []
        self._hunt = hunt
        self._progress = progress
        self._done: set[str] = set()

    async def through(self, hosts: Iterable[str], *, within_s: float) -> None:
        waiting = list(hosts)
        self.silent = []
        queue = iter(waiting)
        async with asyncio.TaskGroup() as walkers:
            for _ in range(min(self._hunt.limits.concurrency, len(waiting))):
                walkers.create_task(self._one_after_another(queue, within_s))

    async def _one_after_another(self, waiting: Iterator[str], within_s: float) -> None:
        for host in waiting:
            if not await self._hunt.visit(host, within_s=within_s):
                self.silent.append(host)
            self._done.add(host)
            self._progress(len(self._done))


def _is_near(host: str, other: str) -> bool:
    """Whether both are in one's own network, or both on this machine."""
    this = IPv4Address(other).is_loopback
    try:
        return IPv4Address(host).is_loopback == this and bool(check_address(IPv4Address(host), allow_loopback=this))
    except ValueError:
        return False
