from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from hmm_project.redis_server import connection
from miners import listener
from miners.adapters.link import Link, open_link
from miners.adapters.registry import KINDS
from miners.discovery.doors import Doors
from miners.discovery.scan import Limits

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAID = {
    "ip": "127.77.0.101",
    "BoardType": "ESP32-2432S028R",
    "HashRate": "1.0154MH/s",
    "Share": "1/40/97.5%",
    "Temp": 48.5,
    "Version": "v1.8.10",
    "Hostname": "lottery",
    "PoolInUse": "pool.example:21496",
}


@pytest.fixture
async def link() -> AsyncIterator[Link]:
    async with open_link(timeout_s=10) as opened:
        yield opened


@pytest.fixture
def silence() -> Iterator[None]:
    """Nobody has spoken, nothing was searched."""
    connection().flushdb()
    yield
    connection().flushdb()


@pytest.fixture
def say(silence: None) -> Callable[..., None]:
    """An NMMiner at `host` broadcasts, as the listener keeps it."""

    def say(host: str, *, at: datetime = NOW, **said: Any) -> None:
        connection().set(listener.STATUS + host, listener.pack(orjson.dumps(SAID | said), at.timestamp()))

    return say


def questions(*kinds: str) -> Any:
    return tuple(KINDS[kind].identify for kind in kinds)


def limits(at: Doors, **changed: Any) -> Limits:
    """Patient enough for a busy machine."""
    return Limits(**({"doors": at, "knock_s": 5, "second_knock_s": 5} | changed))
