"""Miners' devices met at addresses that are not theirs: kept for a few polls, because another shard sees the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import orjson

from hmm_project.redis_server import connection
from miners.moving import Address
from miners.polling.observation import Observation

KEY = "hmm:sightings"  # field: the miner whose device it is
TTL_S = 600


@dataclass(frozen=True, slots=True)
class Sighting:
    address: Address
    time: datetime


def note(seen: Iterable[Observation]) -> None:
    """Remember every one whose owner is known."""
    fresh = {
        str(one.owner.miner_id): orjson.dumps([one.address.host, one.address.port, one.time])
        for one in seen
        if one.owner and one.address
    }
    if fresh:
        with connection().pipeline() as pipeline:
            for miner_id, sighting in fresh.items():
                pipeline.hset(KEY, miner_id, sighting)
            pipeline.expire(KEY, TTL_S)
            pipeline.execute()


def known() -> dict[int, Sighting]:
    """Where miners' devices were last met, by miner."""
    fields = cast(dict[bytes, bytes], connection().hgetall(KEY))
    return {int(miner_id): _sighting(value) for miner_id, value in fields.items()}


def forget(miner_ids: Iterable[int]) -> None:
    """They are where they belong."""
    if ids := [str(miner_id) for miner_id in miner_ids]:
        connection().hdel(KEY, *ids)


def _sighting(value: bytes) -> Sighting:
    host, port, time = orjson.loads(value)
    return Sighting(Address(host, port), datetime.fromisoformat(time))
