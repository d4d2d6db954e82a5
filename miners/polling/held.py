"""The locks of a shard's miners: nobody commands a miner while it is read."""

from __future__ import annotations

from collections.abc import Iterable

from hmm_project import locks


class Held:
    """Taken together, those already taken not waited for; given back in batches, what is left with the block."""

    def __init__(self, miner_ids: Iterable[int], *, ttl_s: float) -> None:
        self._tokens = locks.take_many((_name(miner_id) for miner_id in miner_ids), ttl_s=ttl_s)

    def __enter__(self) -> Held:
        return self

    def __exit__(self, *_: object) -> None:
        tokens, self._tokens = self._tokens, {}
        locks.release_many(tokens)

    def has(self, miner_id: int) -> bool:
        return _name(miner_id) in self._tokens

    def give_back(self, miner_ids: Iterable[int]) -> None:
        locks.release_many({name: self._tokens.pop(name) for name in map(_name, miner_ids)})


def _name(miner_id: int) -> str:
    return f"miner:{miner_id}"
