"""The tasks, run by a real worker over a real broker."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import connection

from hmm_project import locks, redis_server
from hmm_project.celery import app
from hmm_project.runtime.waiting import until
from miners import tasks
from miners.models import Miner, MinerStatus, Telemetry
from miners.simulators.simulation import Simulation
from miners.telemetry import partitions

Fleet = dict[str, Miner]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker() -> Iterator[None]:
    redis_server.connection().flushdb()
    with start_worker(app, pool="threads", concurrency=2, perform_ping_check=False, loglevel="WARNING"):
        yield


def test_one_poll_of_the_fleet_reads_every_device(worker: None, fleet: Fleet, healthy: Simulation) -> None:
    tasks.poll_fleet.delay()
    assert until(lambda: MinerStatus.objects.filter(state="mining").count() == len(fleet), seconds=15)
    assert Telemetry.objects.count() == len(fleet)
    assert until(lambda: not redis_server.connection().keys("hmm:lock:miner:*"), seconds=5)


def test_a_shard_that_is_being_read_is_not_read_twice_which_is_no_warning(
    fleet: Fleet, caplog: pytest.LogCaptureFixture
) -> None:
    with locks.hold("poll:well-0", ttl_s=10):
        tasks.poll_shard("well-0", [miner.pk for miner in fleet.values()])
    assert not Telemetry.objects.exists()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_looking_after_telemetry_makes_todays_partition() -> None:
    tasks.maintain_telemetry()
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() AT TIME ZONE 'UTC'")
        [(now,)] = cursor.fetchall()
    assert now.date() in partitions._days(Telemetry)
