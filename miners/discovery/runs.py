"""A search as it lies in Redis for whoever wants to watch it: written by the worker, gone by itself after an hour."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

import orjson

from hmm_project import locks
from hmm_project.redis_server import connection
from miners.contract import Found, Way

KEPT_S = 3600
SILENT_S = 20.0  # a worker that has shown nothing for so long is gone
MOST_AT_ONCE = 3  # each occupies a thread of the worker
LAST_ID = "hmm:discovery:last"
RUNNING = "hmm:discovery:running"  # hash: network to id
GONE = "The worker that searched is gone; start the search again."


class State(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One search. `done` of `hosts` addresses; `why`: one sentence where it failed."""

    id: int
    network: str
    hosts: int
    started_at: datetime
    alive_at: datetime  # when its worker last said so
    state: State = State.RUNNING
    done: int = 0
    found: tuple[Found, ...] = ()
    moved: tuple[str, ...] = ()  # identities of known miners that were found at a new address
    finished_at: datetime | None = None
    why: str = ""


class TooMany(Exception):
    """So many networks are being searched that another one must wait."""


def begin(network: str, hosts: int, *, now: datetime) -> tuple[Run, bool]:
    """The search of `network` that is under way, or a new one; whether it is new. Raises TooMany."""
    with locks.hold("discovery", ttl_s=5, wait_s=5):
        under_way = _under_way(now)
        if network in under_way:
            return under_way[network], False
        if len(under_way) >= MOST_AT_ONCE:
            raise TooMany(f"{', '.join(under_way)} are being searched; wait until one of them is finished.")
        number = connection().incr(LAST_ID)
        run = Run(id=number, network=network, hosts=hosts, started_at=now, alive_at=now)
        keep(run)
        connection().hset(RUNNING, network, str(number))
        return run, True


def get(run_id: int, *, now: datetime) -> Run | None:
    """A search as it stands; None when there is none, or none any more. One whose worker was killed has failed."""
    stored = connection().get(_key(run_id))
    if not isinstance(stored, bytes):
        return None
    run = _from_json(orjson.loads(stored))
    if run.state is State.RUNNING and now - run.alive_at > timedelta(seconds=SILENT_S):
        return replace(run, state=State.FAILED, finished_at=run.alive_at, why=GONE)
    return run


def keep(run: Run) -> None:
    connection().set(_key(run.id), orjson.dumps(asdict(run)), ex=KEPT_S)


def latest(*, now: datetime) -> Run | None:
    """The search that was started last."""
    number = connection().get(LAST_ID)
    return get(int(number), now=now) if isinstance(number, bytes) else None


def _under_way(now: datetime) -> dict[str, Run]:
    """Searches by network; those that have ended are forgotten."""
    stored = cast(dict[bytes, bytes], connection().hgetall(RUNNING))
    found = {network.decode(): get(int(number), now=now) for network, number in stored.items()}
    running = {network: run for network, run in found.items() if run is not None and run.state is State.RUNNING}
    if ended := found.keys() - running.keys():
        connection().hdel(RUNNING, *ended)
    return running


def _key(run_id: int) -> str:
    return f"hmm:discovery:{run_id}"


def _from_json(stored: dict[str, Any]) -> Run:
    times = ("started_at", "alive_at", "finished_at")
    read = {name: datetime.fromisoformat(stored[name]) for name in times if stored[name] is not None}
    found = tuple(Found(**(device | {"way": Way(device["way"])})) for device in stored["found"])
    return Run(**(stored | read | {"found": found, "moved": tuple(stored["moved"]), "state": State(stored["state"])}))
