"""Searches in Redis: one at a time a network, forgotten in time, never running for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from hmm_project.redis_server import connection
from miners.contract import Found, Way
from miners.discovery import passive, runs
from miners.discovery.runs import State, TooMany
from tests.miners.discovery.conftest import NOW

pytestmark = pytest.mark.usefixtures("silence")
HOME = "192.168.1.0/24"


def test_a_search_is_read_as_it_was_kept() -> None:
    run, fresh = runs.begin(HOME, 254, now=NOW)
    assert fresh
    found = (
        Found(kind="bitaxe", host="192.168.1.9", port=80, mac="02:00:00:00:00:01", hashrate_ghs=1200.5),
        Found(kind="nmminer", host="192.168.1.8", port=12_345, way=Way.BROADCAST),
    )
    told = replace(run, done=7, found=found, moved=("02:00:00:00:00:01",), state=State.DONE, finished_at=NOW)
    runs.keep(told)
    assert runs.get(run.id, now=NOW) == told
    assert runs.latest(now=NOW) == told


def test_nothing_is_known_of_a_search_that_never_was() -> None:
    assert runs.get(4711, now=NOW) is None
    assert runs.latest(now=NOW) is None


def test_searches_are_forgotten() -> None:
    run, _ = runs.begin(HOME, 254, now=NOW)
    assert 0 < connection().ttl(f"hmm:discovery:{run.id}") <= runs.KEPT_S


def test_a_second_request_joins_the_first_and_another_network_does_not() -> None:
    first, _ = runs.begin(HOME, 254, now=NOW)
    assert runs.begin(HOME, 254, now=NOW) == (first, False)
    other, fresh = runs.begin("192.168.2.0/24", 254, now=NOW)
    assert fresh
    assert other.id != first.id


def test_many_requests_at_once_start_one_search() -> None:
    with ThreadPoolExecutor(8) as people:
        begun = list(people.map(lambda _: runs.begin(HOME, 254, now=NOW), range(16)))
    assert len({run.id for run, _ in begun}) == 1
    assert [fresh for _, fresh in begun].count(True) == 1


def test_after_its_end_a_network_is_searched_anew() -> None:
    first, _ = runs.begin(HOME, 254, now=NOW)
    runs.keep(replace(first, state=State.DONE, finished_at=NOW))
    second, fresh = runs.begin(HOME, 254, now=NOW)
    assert fresh
    assert second.id > first.id


def test_only_so_many_networks_at_once() -> None:
    for number in range(runs.MOST_AT_ONCE):
        runs.begin(f"192.168.{number}.0/24", 254, now=NOW)
    with pytest.raises(TooMany, match=r"192\.168\.\d\.0/24.*wait"):
        runs.begin("10.0.0.0/24", 254, now=NOW)


def test_a_search_whose_worker_was_killed_has_failed_and_blocks_nobody() -> None:
    run, _ = runs.begin(HOME, 254, now=NOW)
    runs.keep(replace(run, done=20, alive_at=NOW + timedelta(seconds=4)))
    later = NOW + timedelta(seconds=runs.SILENT_S + 3)
    assert runs.get(run.id, now=later).state is State.RUNNING  # type: ignore[union-attr]
    later += timedelta(seconds=2)
    dead = runs.get(run.id, now=later)
    assert dead
    assert (dead.state, dead.done, dead.why) == (State.FAILED, 20, runs.GONE)
    assert runs.begin(HOME, 254, now=later)[1]


class TestPassive:
    def test_who_was_heard_within_a_minute(self, say: Callable[..., None]) -> None:
        say("192.168.1.8")
        say("192.168.1.7", at=NOW - timedelta(seconds=59), Version="v1.7.0")
        say("192.168.1.6", at=NOW - timedelta(seconds=61))
        found = passive.heard(now=NOW)
        assert [(each.host, each.firmware) for each in found] == [("192.168.1.7", "v1.7.0"), ("192.168.1.8", "v1.8.10")]

    def test_garbage_is_nobody(self) -> None:
        connection().set("hmm:nmminer:192.168.1.8", b"%.3f\n\xff\xff" % NOW.timestamp())
        connection().set("hmm:nmminer-config:192.168.1.9", b"%.3f\n{}" % NOW.timestamp())
        assert passive.heard(now=NOW) == []

    def test_nobody_spoke(self) -> None:
        assert passive.heard(now=NOW) == []
