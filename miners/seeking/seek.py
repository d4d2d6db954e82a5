"""One round of looking for lost miners: listen, ask where one is likely, search a network only when it is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import uvloop
from django.conf import settings

from miners import binding
from miners.adapters.link import open_link
from miners.contract import Found
from miners.discovery import arp, passive
from miners.discovery.probe import ANSWER_S, identify
from miners.discovery.scan import Limits, scan
from miners.models import Miner
from miners.seeking import pace
from miners.seeking.lost import Lost, lost
from miners.seeking.places import Search, doors_of, neighbours, searches

AT_ONCE = 16  # hosts that are knocked at: nobody waits for this search
LONGEST_S = 120.0
WHY = "it was looked for and found there by its host name"

log = logging.getLogger(__name__)


def seek(*, now: datetime) -> list[str]:
    """The names of the miners that were found. A network is searched at most every ten minutes, for all at once."""
    missed = lost()
    names: list[str] = []
    for look in (_heard, _seen_by_the_kernel, _searched):
        if missed:
            found = _claimed(look(missed, now), missed, now)
            names += [one.name for one in missed if one.miner_id in found]
            missed = [one for one in missed if one.miner_id not in found]
    return names


def _heard(_: Sequence[Lost], now: datetime) -> list[Found]:
    """Who broadcasts by itself: nothing is sent."""
    return passive.heard(now=now)


def _seen_by_the_kernel(missed: Sequence[Lost], now: datetime) -> list[Found]:
    """Who answers at the addresses that carry the MAC of a lost miner. Each is asked as rarely as a network."""
    seen = neighbours(missed, arp.macs(arp.text()), allow_loopback=settings.CONFIG.devices.allow_loopback)
    due = {host: one for host, one in seen.items() if pace.is_due(host, [one.miner_id], now=now)}
    for host, one in due.items():
        pace.searched(host, [one.miner_id], now=now)
    return _run(_ask(due)) if due else []


def _searched(missed: Sequence[Lost], now: datetime) -> list[Found]:
    well = Miner.objects.filter(enabled=True, status__failures=0, status__seen_at__isnull=False)
    answering = set(well.values_list("host", flat=True))
    planned = searches(missed, answering=answering, allow_loopback=settings.CONFIG.devices.allow_loopback)
    due = [search for search in planned if pace.is_due(str(search.network), search.sought, now=now)]
    for search in due:
        log.info("looking for %d lost miners in %s", len(search.sought), search.network)
        pace.searched(str(search.network), search.sought, now=now)
    return _run(_search(due)) if due else []


def _claimed(found: Iterable[Found], missed: Sequence[Lost], now: datetime) -> set[int]:
    """The lost miners that `found` are, given their new addresses."""
    claimed: set[int] = set()
    for device in found:
        if device.mac:
            miner = binding.claim(device, now=now)
            claimed |= {one.miner_id for one in missed if miner and one.miner_id == miner.pk}
        else:
            claimed |= {one.miner_id for one in missed if one.is_named(device) and _bound(one, device, now)}
    return claimed


def _bound(one: Lost, device: Found, now: datetime) -> bool:
    return binding.rebind(one.miner_id, host=device.host, port=one.port, now=now, why=WHY)


def _run(search: Coroutine[None, None, list[Found]]) -> list[Found]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(search)


async def _ask(likely: Mapping[str, Lost]) -> list[Found]:
    async with open_link(timeout_s=ANSWER_S) as link:
        answers = [await identify(host, link=link, at=doors_of([one])) for host, one in likely.items()]
    return [found for found in answers if found is not None]


async def _search(due: Sequence[Search]) -> list[Found]:
    """One network after the other, as far as the time goes."""
    found: list[Found] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_S), open_link(timeout_s=ANSWER_S) as link:
            for search in due:
                limits = Limits(doors=search.at, concurrency=AT_ONCE, sockets=AT_ONCE, most_neighbours=0)
                await scan(search.hosts, link=link, limits=limits, found=found.append)
    return found
