"""One shard: gather, lock, read, store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil
from time import monotonic

import uvloop
from django.conf import settings
from django.db import connection

from miners.adapters.link import open_link
from miners.addresses import is_literal
from miners.contract import Kind
from miners.polling import broadcasts
from miners.polling.candidates import Candidate, gather
from miners.polling.harvest import EVERY_S, Harvest
from miners.polling.held import Held
from miners.polling.observation import Observation
from miners.polling.reading import Limits, read_all

SPARE_S = 10  # beyond the time-outs: the queries before, the writes after


def poll_shard(
    ids: Iterable[int],
    *,
    now: datetime,
    stored: Callable[[], object] = lambda: None,
    every_s: float = EVERY_S,
) -> list[Observation]:
    """Read the miners of `ids` and store what was seen. A miner that is being commanded is left out this time.

    What came is stored at the end, and every `every_s` before; `stored` is called each time. While devices are waited
    for, no database connection is kept. Inside a caller's transaction, which no other thread can see into or wait for,
    all is stored at the end.

    1. Gather what is known of them, in one query.
    2. Take their locks.
    3. Read the devices, all at once, each within its time-out.
    4. Store: one COPY, one statement for what is now, the journal if there is news, one announcement.
    """
    candidates = gather(ids, now=now)
    with Held((candidate.miner_id for candidate in candidates), ttl_s=longest_s(len(candidates))) as held:
        free = [candidate for candidate in candidates if held.has(candidate.miner_id)]
        said = _heard([candidate.target.host for candidate in free if candidate.target.kind == Kind.NMMINER], now)
        alone = not connection.in_atomic_block
        harvest = Harvest(held, stored, every_s if alone else None)
        if alone:
            connection.close()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_read(free, harvest, said, now))
        harvest.bring_in()
    return harvest.stored


def _heard(hosts: Sequence[str], now: datetime) -> broadcasts.Said:
    """What the devices at `hosts` broadcast. Behind a host name may be any address, so all of them are taken then."""
    if all(is_literal(host) for host in hosts):
        return broadcasts.latest(hosts, now=now)
    return broadcasts.everybody(now=now)


def longest_s(count: int) -> float:
    """How long a shard of `count` devices may take when all of them are silent: its locks live as long."""
    devices = settings.CONFIG.devices
    return ceil(count / devices.concurrency) * devices.timeout + SPARE_S


async def _read(candidates: Sequence[Candidate], harvest: Harvest, said: broadcasts.Said, now: datetime) -> None:
    devices = settings.CONFIG.devices
    limits = Limits(timeout_s=devices.timeout, concurrency=devices.concurrency, allow_loopback=devices.allow_loopback)
    started = monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=monotonic() - started)

    link_to_devices = open_link(timeout_s=limits.timeout_s, broadcasts=said.statuses, configs=said.configs)
    async with link_to_devices as link, harvest.brought_in():
        await read_all(candidates, link=link, limits=limits, clock=clock, finished=harvest.add)
