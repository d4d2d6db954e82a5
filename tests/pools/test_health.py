"""Checking pools: one probe an address, states that two misses flip, alerts and their end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from celery import current_app
from pytest_django import DjangoAssertNumQueries

from hmm_project.journal.models import Alert, Event
from hmm_project.locks import hold
from pools.contract import Address, PoolState, Probe, ProbeFailed
from pools.health import check_pools, keep
from pools.models import Pool, PoolCheck
from pools.tasks import check_pools as task
from tests.pools.listening import Listening, free_port, pool
from tests.pools.made import NOW, make_pool

pytestmark = pytest.mark.django_db

ANSWER = Probe(dns_ms=1, tcp_ms=2, tls_ms=None, subscribe_ms=3)
AWAY = ProbeFailed("pool.example:3333 cannot be reached.")
HERE = Address("pool.example", 3333)


def minute(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def at(listening: Listening | int) -> dict[str, object]:
    return {"host": "127.0.0.1", "port": listening if isinstance(listening, int) else listening.port}


def test_the_task_has_the_name_the_schedule_calls_it_by() -> None:
    assert "pools.tasks.check_pools" in current_app.tasks


def test_pools_are_probed_and_their_answers_kept() -> None:
    with pool() as listening:
        make_pool(**at(listening))
        make_pool(name="Away", **at(free_port()))
        check_pools(NOW)
    here, away = Pool.objects.order_by("-name")
    assert (here.state, here.misses, here.failure, here.checked_at) == (PoolState.UP, 0, "", NOW)
    assert here.subscribe_ms is not None
    assert (away.state, away.misses) == (PoolState.UNKNOWN, 1)
    assert "cannot be reached" in away.failure
    assert list(PoolCheck.objects.order_by("pool__name").values_list("reachable", "time")) == [
        (False, NOW),
        (True, NOW),
    ]


def test_pools_at_one_address_are_probed_once() -> None:
    with pool() as listening:
        for name in ("one", "two", "three"):
            make_pool(name=name, **at(listening))
        make_pool(name="off", enabled=False, **at(free_port()))
        check_pools(NOW)
        assert listening.connections == 1
    assert PoolCheck.objects.count() == 3
    assert Pool.objects.get(name="off").checked_at is None


def test_one_miss_is_not_told_and_two_are_and_the_end_too() -> None:
    make_pool()
    story = [ANSWER, AWAY, ANSWER, AWAY, AWAY, AWAY, ANSWER, ANSWER]
    states = []
    for number, outcome in enumerate(story):
        keep({HERE: outcome}, minute(number))
        states.append(str(Pool.objects.get().state))
    assert states == ["up", "up", "up", "up", "down", "down", "up", "up"]
    told = [(event.kind, event.time) for event in Event.objects.order_by("pk")]
    assert told == [("pool-unreachable", minute(4)), ("pool-unreachable-over", minute(6))]
    assert Event.objects.first() is not None
    assert not Alert.objects.exists()


def test_the_latency_of_the_last_good_answer_stays_while_a_pool_is_away() -> None:
    make_pool()
    keep({HERE: ANSWER}, NOW)
    keep({HERE: AWAY}, minute(5))
    kept = Pool.objects.get()
    assert (kept.subscribe_ms, kept.failure) == (3, str(AWAY))


def test_a_pool_that_was_changed_or_removed_meanwhile_gets_nothing() -> None:
    changed, removed = make_pool(), make_pool(name="Removed")
    Pool.objects.filter(pk=changed.pk).update(host="other.example")
    removed.delete()
    keep({HERE: AWAY}, NOW)
    assert Pool.objects.get().checked_at is None
    assert not PoolCheck.objects.exists()


def test_keeping_takes_the_same_queries_for_any_number_of_pools(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(40):
        make_pool(name=f"pool {number}")
    with django_assert_max_num_queries(8):
        keep({HERE: ANSWER}, NOW)
    assert Pool.objects.filter(state=PoolState.UP).count() == 40


def test_checks_older_than_thirty_days_are_forgotten() -> None:
    kept = make_pool(enabled=False)
    for days in (1, 29, 31):
        PoolCheck.objects.create(pool=kept, time=NOW - timedelta(days=days), reachable=True)
    check_pools(NOW)
    assert PoolCheck.objects.count() == 2


def test_a_check_that_still_runs_is_not_started_twice() -> None:
    with pool() as listening:
        make_pool(**at(listening))
        with hold("pools", ttl_s=5):
            task()
        assert listening.connections == 0
        task()
        assert listening.connections == 1
