"""A lock of hmm_project.locks for a coroutine: waited for without blocking others, kept as long as the block runs.

It lives only seconds and is renewed, so that a miner is not out of reach for long when its holder dies.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from redis.exceptions import RedisError

from hmm_project import locks
from hmm_project.redis_server import connection

TTL_S = 20.0
RENEW_EVERY_S = 5.0
ASK_AGAIN_S = 0.1
RENEW = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0"

log = logging.getLogger(__name__)


@asynccontextmanager
async def held(name: str, *, wait_s: float) -> AsyncIterator[None]:
    """Hold `name` for the block. Raises locks.Busy after `wait_s`, RedisError where there is no Redis."""
    tokens = await _taken(name, wait_s)
    renewal = asyncio.create_task(_renew(tokens))
    try:
        yield
    finally:
        renewal.cancel()
        with suppress(RedisError):  # it goes by itself
            await asyncio.to_thread(locks.release_many, tokens)


async def _taken(name: str, wait_s: float) -> dict[str, str]:
    clock = asyncio.get_running_loop().time
    deadline = clock() + wait_s
    while not (tokens := await asyncio.to_thread(locks.take_many, [name], ttl_s=TTL_S)):
        if clock() >= deadline:
            raise locks.Busy(name)
        await asyncio.sleep(ASK_AGAIN_S)
    return tokens


async def _renew(tokens: Mapping[str, str]) -> None:
    ((name, token),) = tokens.items()
    while True:
        await asyncio.sleep(RENEW_EVERY_S)
        try:
            mine = await asyncio.to_thread(
                connection().eval, RENEW, 1, f"hmm:lock:{name}", token, str(int(TTL_S * 1000))
            )
        except RedisError as error:
            log.warning("the lock %s could not be renewed: %s", name, error)
            continue
        if not mine:
            log.warning("the lock %s was lost", name)
            return
