"""Who is at one address: knock at each door, and ask one question where it opens."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from math import isfinite

from miners.adapters import introduction, parse
from miners.adapters.family import Identify
from miners.adapters.link import Link
from miners.adapters.registry import KINDS
from miners.contract import DeviceError, Found
from miners.discovery.doors import Doors, doors
from miners.discovery.knock import Door, knock

KNOCK_S = 1.5
ANSWER_S = 3.0  # for one answer: the time-out of the link that discovery opens
MOST_REQUESTS = 2  # that identifying a device may take

log = logging.getLogger(__name__)


async def identify(host: str, *, link: Link, at: Doors | None = None, within_s: float = KNOCK_S) -> Found | None:
    """The device of a known family at an IP address; None when there is none. Raises nothing for what is there."""
    if found := introduction.heard(host, link.broadcasts):
        return found
    for port, questions in (doors() if at is None else at).items():
        if await knock(host, port, within_s=within_s) is Door.OPEN and (
            found := await ask(host, port, questions, link)
        ):
            return found
    return None


async def ask(host: str, port: int, questions: tuple[Identify, ...], link: Link) -> Found | None:
    """What answers at an open door. Time-outs, garbage, strangers and broken plug-ins are all None."""
    for question in questions:
        try:
            async with asyncio.timeout(link.timeout_s * MOST_REQUESTS):
                found = await question(host, port, link)
        except (DeviceError, TimeoutError) as error:
            log.debug("%s:%s: %s", host, port, error)
        except Exception:  # a stranger's package may fail in any way; the search goes on
            log.exception("%s:%s: the question of a plug-in failed", host, port)
        else:
            if isinstance(found, Found) and found.kind in KINDS:
                return _cleaned(found, host, port)
    return None


def _cleaned(found: Found, host: str, port: int) -> Found:
    """What it says of itself, fit for a database and a page; where it is, is what was asked."""
    hashrate = found.hashrate_ghs
    return replace(
        found,
        host=host,
        port=port,
        mac=parse.mac(found.mac) or (parse.text(found.mac, 64) or "").lower() or None,
        model=parse.text(found.model),
        firmware=parse.text(found.firmware),
        hostname=parse.text(found.hostname),
        hashrate_ghs=hashrate if hashrate is not None and isfinite(hashrate) else None,
    )
