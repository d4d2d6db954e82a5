"""A shard that only waits for silent devices gives the worker's thread back and goes on in one of its own.

When many devices break at once they stand in every shard. Each of those would keep one of the worker's few threads for
a whole time-out, and the well devices of the last shards would wait for the silent ones of the first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from threading import Event, Semaphore

from django.db import connection

from hmm_project import locks
from miners.polling.shard import longest_s, poll_shard

MOST = 32  # shards at once; one more is read in the worker's thread
STORE_EVERY_S = 0.5
PATIENCE_S = 1.0  # for a shard in which nobody answers at once

log = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(MOST, thread_name_prefix="shard")
_free = Semaphore(MOST)


def poll(key: str, ids: list[int], *, now: datetime) -> None:
    """Poll the shard `key`; come back when those that answer at once are stored. Raises locks.Busy while it is read."""
    if not _free.acquire(blocking=False):
        return _poll(key, ids, now, Event())
    stored = Event()
    polling = _threads.submit(_poll, key, ids, now, stored)
    polling.add_done_callback(lambda _: _done(stored))
    stored.wait(PATIENCE_S)
    if polling.done():
        return polling.result()
    return polling.add_done_callback(_tell_failure)


def _poll(key: str, ids: Iterable[int], now: datetime, stored: Event) -> None:
    ids = list(ids)
    try:
        with locks.hold(f"poll:{key}", ttl_s=longest_s(len(ids))):
            poll_shard(ids, now=now, stored=stored.set, every_s=STORE_EVERY_S)
    finally:
        connection.close()


def _done(stored: Event) -> None:
    _free.release()
    stored.set()


def _tell_failure(polling: Future[None]) -> None:
    """Nobody waits for it any more."""
    error = polling.exception()
    if error is not None and not isinstance(error, locks.Busy):
        log.error("a shard could not be read to its end", exc_info=error)
