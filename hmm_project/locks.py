"""Locks in the Redis-compatible server: short, owned by a token, gone by themselves when their holder dies."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import cast

from redis.exceptions import LockError

from hmm_project.redis_server import connection


class Busy(Exception):
    """Somebody else holds the lock."""


@contextmanager
def hold(name: str, *, ttl_s: float, wait_s: float = 0) -> Iterator[None]:
    """Hold `name` for the block, at most `ttl_s`; wait up to `wait_s` for it, then raise Busy."""
    lock = connection().lock(f"hmm:lock:{name}", timeout=ttl_s, blocking_timeout=wait_s, thread_local=False)
    if not lock.acquire(blocking=wait_s > 0):
        raise Busy(name)
    try:
        yield
    finally:
        with suppress(LockError):  # it outlived ttl_s: it is no longer ours to release
            lock.release()


_TAKE = """
local taken = {}
for i, key in ipairs(KEYS) do
  taken[i] = redis.call('set', key, ARGV[1], 'nx', 'px', ARGV[2]) and 1 or 0
end
return taken
"""


def take_many(names: Iterable[str], *, ttl_s: float) -> dict[str, str]:
    """Take every free one of `names` in one round trip; answers the tokens of those taken."""
    wanted, token = list(dict.fromkeys(names)), secrets.token_hex(16)
    if not wanted:
        return {}
    keys = [f"hmm:lock:{name}" for name in wanted]
    taken = cast(list[int], connection().eval(_TAKE, len(keys), *keys, token, int(ttl_s * 1000)))
    return {name: token for name, was_free in zip(wanted, taken, strict=True) if was_free}


_RENEW = """
for i, key in ipairs(KEYS) do
  if redis.call('get', key) ~= ARGV[i + 1] then return 0 end
end
for i, key in ipairs(KEYS) do redis.call('pexpire', key, ARGV[1]) end
return 1
"""


def renew_many(tokens: dict[str, str], *, ttl_s: float) -> bool:
    """Keep locks of `take_many` for another `ttl_s`; False when one of them is no longer ours, none is kept then."""
    keys = [f"hmm:lock:{name}" for name in tokens]
    return bool(connection().eval(_RENEW, len(keys), *keys, int(ttl_s * 1000), *tokens.values()))


_RELEASE = """
for i, key in ipairs(KEYS) do
  if redis.call('get', key) == ARGV[i] then redis.call('del', key) end
end
"""


def release_many(tokens: dict[str, str]) -> None:
    """Give back locks of `take_many`, in one round trip; those that expired meanwhile are left alone."""
    if tokens:
        keys = [f"hmm:lock:{name}" for name in tokens]
        connection().eval(_RELEASE, len(keys), *keys, *tokens.values())
