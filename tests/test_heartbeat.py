"""Signs of life in a real Redis."""

from __future__ import annotations

import logging

import pytest
import redis
from celery.contrib.testing.worker import start_worker

from hmm_project import heartbeat
from hmm_project.celery import app
from hmm_project.redis_server import connection
from hmm_project.runtime.waiting import until


def seconds_left(role: str) -> int:
    return int(connection().ttl(heartbeat.key(role)))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _silence() -> None:
    connection().delete(*map(heartbeat.key, heartbeat.ROLES))


def test_a_sign_of_life_lasts_for_a_few_beats_only() -> None:
    heartbeat.leave("beat")
    assert 2 * heartbeat.EVERY_S < seconds_left("beat") <= heartbeat.LASTS_S
    assert seconds_left("worker") < 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_consumes_leaves_it_by_itself() -> None:
    with start_worker(app, pool="threads", concurrency=1, perform_ping_check=False):
        assert until(lambda: seconds_left("worker") > 0, seconds=10)


def test_a_redis_that_is_gone_is_logged_and_ends_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = redis.Redis(unix_socket_path="/nonexistent.sock")
    monkeypatch.setattr(heartbeat, "connection", lambda: nobody)
    with caplog.at_level(logging.WARNING):
        heartbeat.leave("beat")
    assert "beat could not leave its sign of life" in caplog.text
