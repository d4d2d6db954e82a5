"""What the orders of one `execute` share."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings

from miners.adapters.link import Link, open_link
from miners.commands.latest import Latest

MOST_ORDERS = 256  # that are worked on at once: each holds a lock, and keeps its miner from being polled
MOST_PLUGS = 8  # that Home Assistant is asked to switch at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    link: Link
    began: datetime
    requests: asyncio.Semaphore  # how many devices are talked to at once; waiting for one is not talking
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_ORDERS))
    plugs: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_PLUGS))
    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    monotonic_s: float = field(default_factory=monotonic)

    def now(self) -> datetime:
        """`began` plus what has passed since."""
        return self.began + timedelta(seconds=monotonic() - self.monotonic_s)


@asynccontextmanager
async def running(now: datetime) -> AsyncIterator[Run]:
    """A run that begins at `now`, with a way to the devices for the block."""
    devices = settings.CONFIG.devices
    async with open_link(
        timeout_s=devices.timeout,
        broadcasts=Latest(configs=False),
        configs=Latest(configs=True),
        nmminer_config_port=devices.nmminer_config_port,
    ) as link:
        yield Run(link=link, began=now, requests=asyncio.Semaphore(devices.concurrency))
