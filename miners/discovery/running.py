"""A search from start to end, as a worker runs it: one thread talks to devices, another tells of what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Network

import uvloop
from django.conf import settings
from django.db.models import Count

from hmm_project import live
from miners import binding
from miners.adapters.link import Datagram, open_link
from miners.contract import Found
from miners.discovery import mdns, network, passive, runs
from miners.discovery.doors import Doors, doors
from miners.discovery.probe import ANSWER_S
from miners.discovery.runs import Run, State
from miners.discovery.scan import Limits, scan
from miners.models import Miner

CHANGED = "discovery-changed"
TELL_EVERY_S = 0.25
ALIVE_EVERY = timedelta(seconds=5)
ANNOUNCED_S = 2.5  # how long announcements are listened for
LONGEST_S = 180.0  # 1022 hosts that accept everything and answer nothing


class Refused(ValueError):
    """What cannot be searched; one sentence with the way out."""


@dataclass(slots=True)
class _Seen:
    """Written by the thread that searches, read by the one that tells."""

    found: list[Found] = field(default_factory=list)
    done: int = 0

    def count(self, done: int) -> None:
        self.done = done


def start(text: str, *, now: datetime, send: Callable[[int], object]) -> Run:
    """The search of the network `text`: a new one that `send` gives to a worker, or the one under way.

    Raises Refused for what is no private network of at most 1022 hosts, runs.TooMany, RedisError.
    """
    try:
        asked = network.parse_network(text, allow_loopback=settings.CONFIG.devices.allow_loopback)
    except ValueError as error:
        raise Refused(str(error)) from None
    run, fresh = runs.begin(str(asked), len(network.hosts_of(asked)), now=now)
    if fresh:
        send(run.id)
    return run


def discover(run_id: int, *, clock: Callable[[], datetime]) -> None:
    """Run a search that was begun, and tell of it while it runs. A failure ends it with a sentence."""
    run = runs.get(run_id, now=clock())
    if run is None or run.state is not State.RUNNING:
        return
    seen = _Seen()
    try:
        run = _watched(run, seen, clock)
        moved = _claim(seen.found, now=clock())
    except Exception:  # whatever it was, nobody must wait for a search that has ended
        why = "The search failed; the log of the worker tells more."
        _tell(replace(_now(run, seen, clock()), state=State.FAILED, finished_at=clock(), why=why))
        raise
    _tell(replace(_now(run, seen, clock()), state=State.DONE, finished_at=clock(), moved=moved))


def _watched(run: Run, seen: _Seen, clock: Callable[[], datetime]) -> Run:
    """Search in another thread, whose event loop nothing stops, and tell of it from this one."""
    asked = IPv4Network(run.network)
    at = doors(_ports_in_use(), loopback=asked.is_loopback)
    said = passive.latest(now=clock())
    with ThreadPoolExecutor(1, thread_name_prefix="discovery") as apart:
        search = apart.submit(_search, asked, at, said, seen)
        while not _is_over(search):
            news = _now(run, seen, clock())
            if (news.done, len(news.found)) != (run.done, len(run.found)) or news.alive_at - run.alive_at > ALIVE_EVERY:
                run = _tell(news)
        search.result()
    return run


def _is_over(search: Future[None]) -> bool:
    return bool(wait([search], timeout=TELL_EVERY_S).done)


def _search(asked: IPv4Network, at: Doors, said: Mapping[str, Datagram], seen: _Seen) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_through(asked, at, said, seen))


async def _through(asked: IPv4Network, at: Doors, said: Mapping[str, Datagram], seen: _Seen) -> None:
    async with (
        asyncio.timeout(LONGEST_S),
        open_link(timeout_s=ANSWER_S, broadcasts=said) as link,
        aclosing(mdns.announced(asked, seconds=ANNOUNCED_S)) as hints,
    ):
        await scan(
            network.hosts_of(asked),
            link=link,
            limits=Limits(doors=at),
            found=seen.found.append,
            progress=seen.count,
            hints=hints,
        )


def _ports_in_use() -> list[tuple[str, int]]:
    """(kind, port) of known miners, most frequent first."""
    groups = Miner.objects.order_by().values_list("kind", "port").annotate(number=Count("pk")).order_by("-number")
    return [(kind, port) for kind, port, _ in groups]


def _claim(found: list[Found], *, now: datetime) -> tuple[str, ...]:
    """Give known miners the address where they were found; the identities of those that moved for it."""
    told = {device.mac: device for device in found if device.mac}
    before = {mac: (host, port) for mac, host, port in _addresses(list(told))}
    claimed = {mac: binding.claim(told[mac], now=now) for mac in before}
    return tuple(mac for mac, miner in claimed.items() if miner and (miner.host, miner.port) != before[mac])


def _addresses(macs: list[str]) -> list[tuple[str, str, int]]:
    rows = Miner.objects.filter(mac__in=macs).values_list("mac", "host", "port")
    return [(mac, host, port) for mac, host, port in rows if mac]


def _now(run: Run, seen: _Seen, now: datetime) -> Run:
    return replace(run, done=seen.done, found=tuple(seen.found), alive_at=now)


def _tell(run: Run) -> Run:
    runs.keep(run)
    live.announce(CHANGED, [run.id])
    return run
