"""What was seen and is not stored yet. A healthy shard is stored once, at its end; one that waits for silent devices
stores what it has every EVERY_S, so that the dead delay neither the numbers of the living nor commands to them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from threading import Lock

from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from miners.polling import identity
from miners.polling.healing import heal
from miners.polling.held import Held
from miners.polling.observation import Observation
from miners.polling.storing import store

EVERY_S = 1.0

log = logging.getLogger(__name__)
_storer = ThreadPoolExecutor(1, thread_name_prefix="harvest")  # database work must not stop a shard's event loop


class Harvest:
    """`every_s`: None stores at the end only."""

    def __init__(self, held: Held, told: Callable[[], object], every_s: float | None) -> None:
        self._held = held
        self._told = told
        self._every_s = every_s
        self._fresh: list[Observation] = []
        self._storing = Lock()
        self.stored: list[Observation] = []

    def add(self, observation: Observation) -> None:
        self._fresh.append(observation)

    def bring_in(self) -> None:
        """Store what was added since, then give its locks back: who takes one finds the status up to date."""
        with self._storing:
            if not self._fresh:
                return
            batch = identity.sorted_out(self._fresh[:])
            store(batch)
            del self._fresh[: len(batch)]
            self.stored += batch
            self._held.give_back(observation.candidate.miner_id for observation in batch)
            self._told()
            identity.learn(batch)
            heal(batch)

    @asynccontextmanager
    async def brought_in(self) -> AsyncIterator[None]:
        """For the block, bring in again and again; what is left then is the caller's to bring in."""
        if self._every_s is None:
            yield
            return
        task = asyncio.create_task(self._bring_in_often(self._every_s))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _bring_in_often(self, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            await asyncio.get_running_loop().run_in_executor(_storer, self._bring_in_apart)

    def _bring_in_apart(self) -> None:
        """In another thread, with a database connection of its own."""
        try:
            self.bring_in()
        except (DatabaseError, RedisError) as error:
            log.warning("what was read could not be stored, it is kept for the end of the shard: %s", error)
        finally:
            connection.close()
