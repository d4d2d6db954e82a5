"""A lock of hmm_project.locks for a coroutine: waited for without blocking the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hmm_project import locks

ASK_AGAIN_S = 0.1


@asynccontextmanager
async def held(name: str, *, ttl_s: float, wait_s: float) -> AsyncIterator[None]:
    """Hold `name` for the block, at most `ttl_s`; raise locks.Busy after `wait_s`."""
    deadline = asyncio.get_running_loop().time() + wait_s
    while not (tokens := await asyncio.to_thread(locks.take_many, [name], ttl_s=ttl_s)):
        if asyncio.get_running_loop().time() >= deadline:
            raise locks.Busy(name)
        await asyncio.sleep(ASK_AGAIN_S)
    try:
        yield
    finally:
        await asyncio.to_thread(locks.release_many, tokens)
