"""What adapters talk through: one HTTP session and the latest broadcasts, shared by every device of a polling shard."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

BODY_CAP = 64 * 1024  # bytes; the largest honest answer (Avalon Q, stats) has 9 KiB


@dataclass(frozen=True, slots=True)
class Datagram:
    """The latest broadcast of one device, as it came."""

    payload: bytes
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The way to the devices. `broadcasts` (UDP 12345) and `configs` (12346) of NMMiner 1.x are keyed by IP address."""

    session: aiohttp.ClientSession
    timeout_s: float = 5  # for a whole exchange: connect, send, read to the end
    body_cap: int = BODY_CAP
    broadcasts: Mapping[str, Datagram] = field(default_factory=dict)
    configs: Mapping[str, Datagram] = field(default_factory=dict)
    nmminer_config_port: int = 12_347


@asynccontextmanager
async def open_link(
    *,
    timeout_s: float = 5,
    broadcasts: Mapping[str, Datagram] | None = None,
    configs: Mapping[str, Datagram] | None = None,
    nmminer_config_port: int = 12_347,
) -> AsyncIterator[Link]:
    """A link for the block. Concurrency is the caller's to bound, one exchange per device at a time."""
    async with _session(timeout_s) as session:
        yield Link(
            session=session,
            timeout_s=timeout_s,
            broadcasts=broadcasts or {},
            configs=configs or {},
            nmminer_config_port=nmminer_config_port,
        )


def _session(timeout_s: float) -> aiohttp.ClientSession:
    """ESP32 web servers have few sockets, so no connection is kept; what a device has no use for is switched off."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True, ssl=False, happy_eyeballs_delay=None),
        timeout=aiohttp.ClientTimeout(total=timeout_s, ceil_threshold=3600),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        read_bufsize=BODY_CAP,
    )


def reason(error: OSError) -> str:
    """Why a connection failed, without its address."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror or error)
