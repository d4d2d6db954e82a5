"""How rarely a network is searched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hmm_project.redis_server import connection
from miners.seeking import pace

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = "192.168.1.0/24"


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    connection().flushdb()
    yield
    connection().flushdb()


def minutes_until_due(sought: list[int], *, now: datetime) -> int:
    return next(minute for minute in range(1000) if pace.is_due(HERE, sought, now=now + timedelta(minutes=minute)))


def test_the_waiting_grows_from_ten_minutes_to_six_hours() -> None:
    now, waits = NOW, []
    for _ in range(8):
        pace.searched(HERE, [1, 2], now=now)
        waits.append(minutes_until_due([1, 2], now=now))
        now += timedelta(minutes=waits[-1])
    assert waits == [10, 20, 40, 80, 160, 320, 360, 360]


def test_for_a_newly_lost_miner_it_begins_anew_and_never_sooner_than_ten_minutes() -> None:
    for minute in (0, 10, 30):
        pace.searched(HERE, [1], now=NOW + timedelta(minutes=minute))
    last = NOW + timedelta(minutes=30)
    assert (minutes_until_due([1], now=last), minutes_until_due([1, 2], now=last)) == (40, 10)
    pace.searched(HERE, [1, 2], now=last + timedelta(minutes=10))
    assert minutes_until_due([1, 2], now=last + timedelta(minutes=10)) == 10


def test_who_was_found_does_not_shorten_the_waiting_for_the_others() -> None:
    pace.searched(HERE, [1, 2], now=NOW)
    pace.searched(HERE, [2], now=NOW + timedelta(minutes=10))
    assert minutes_until_due([2], now=NOW + timedelta(minutes=10)) == 20


def test_every_place_has_its_own_pace() -> None:
    pace.searched(HERE, [1], now=NOW)
    assert pace.is_due("192.168.2.0/24", [1], now=NOW)
