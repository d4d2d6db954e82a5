"""What the orders of one `execute` share."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from miners.adapters.link import Link

MOST_PLUGS = 8  # that Home Assistant is asked to switch at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    link: Link
    began: datetime
    requests: asyncio.Semaphore  # how many devices are talked to at once; waiting for one is not talking
    plugs: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_PLUGS))
    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    monotonic_s: float = field(default_factory=monotonic)

    def now(self) -> datetime:
        """`began` plus what has passed since."""
        return self.began + timedelta(seconds=monotonic() - self.monotonic_s)
