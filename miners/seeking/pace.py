"""How rarely: a network is searched ten minutes after the last time, then twice as long, at last every six hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from hmm_project.redis_server import connection

FIRST = timedelta(minutes=10)
LONGEST = timedelta(hours=6)
KEY = "hmm:seek:"  # + a network, or an address that was asked


@dataclass(frozen=True, slots=True)
class Past:
    """The last search: when, for whom, and how long to wait from then on."""

    time: datetime
    sought: frozenset[int]
    wait: timedelta


def is_due(place: str, sought: Iterable[int], *, now: datetime) -> bool:
    """Whether `place` may be searched for the miners `sought`; for a newly lost one the waiting begins anew."""
    past = _past(place)
    return past is None or now - past.time >= (past.wait if past.sought.issuperset(sought) else FIRST)


def searched(place: str, sought: Iterable[int], *, now: datetime) -> None:
    """`place` is being searched: remember it, so that the next time is later."""
    ids, past = frozenset(sought), _past(place)
    again = past is not None and past.sought.issuperset(ids)
    wait = min(2 * past.wait, LONGEST) if past and again else FIRST
    kept = orjson.dumps([now, sorted(ids), wait.total_seconds()])
    connection().set(KEY + place, kept, ex=2 * LONGEST)


def _past(place: str) -> Past | None:
    kept = connection().get(KEY + place)
    if not isinstance(kept, bytes):
        return None
    time, sought, wait_s = orjson.loads(kept)
    return Past(datetime.fromisoformat(time), frozenset(sought), timedelta(seconds=wait_s))
