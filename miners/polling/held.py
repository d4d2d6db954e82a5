"""The locks of a shard's miners: taken together, given back while the shard still runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

from hmm_project import locks

EVERY_S = 0.2
_releaser = ThreadPoolExecutor(1, thread_name_prefix="release")  # kept: a thread a shard costs more than its work


class Held:
    """Locks of miners, so that nobody commands one while it is read. Those already taken are not waited for."""

    def __init__(self, miner_ids: Iterable[int], *, ttl_s: float) -> None:
        self._tokens = locks.take_many((_name(miner_id) for miner_id in miner_ids), ttl_s=ttl_s)
        self._finished: dict[str, str] = {}

    def has(self, miner_id: int) -> bool:
        return _name(miner_id) in self._tokens

    def finish(self, miner_id: int) -> None:
        """Mark one to be given back with the next batch."""
        name = _name(miner_id)
        self._finished[name] = self._tokens.pop(name)

    def give_back(self) -> None:
        """Give back those that are finished."""
        batch, self._finished = self._finished, {}
        locks.release_many(batch)

    def give_back_all(self) -> None:
        self._finished |= self._tokens
        self._tokens = {}
        self.give_back()

    @asynccontextmanager
    async def giving_back(self) -> AsyncIterator[None]:
        """For the block, give back the finished every EVERY_S: a silent device holds up no command to others."""
        task = asyncio.create_task(self._give_back_often())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _give_back_often(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await asyncio.get_running_loop().run_in_executor(_releaser, self.give_back)


def _name(miner_id: int) -> str:
    return f"miner:{miner_id}"
