"""What Celery runs for the miners. Only here is the clock read."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from celery import shared_task
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.conf import settings
from django.utils import timezone

from hmm_project import locks
from miners import plugins, polling, telemetry
from miners.commands import ledger, review
from miners.mqtt.worker import Worker as MqttWorker

SEEK_S = 300.0  # longer than a round takes

ROLL_UP_TTL_S = 600
HEALTH_TTL_S = 600

log = logging.getLogger(__name__)
mqtt_worker = MqttWorker()


@worker_ready.connect
def start_mqtt(**_: object) -> None:
    """Publishing over MQTT needs a lasting connection: a thread of the worker keeps it."""
    mqtt_worker.start()


@worker_shutting_down.connect
def end_mqtt(**_: object) -> None:
    mqtt_worker.end()


@worker_shutdown.connect
def join_mqtt(**_: object) -> None:
    mqtt_worker.join()


@shared_task
def poll_fleet() -> None:
    """Start a task for every shard. A shard that could not start before the next poll is dropped."""
    for shard in polling.shards():
        poll_shard.apply_async((shard.key, shard.ids), expires=settings.CONFIG.intervals.poll)


@shared_task
def poll_shard(key: str, ids: list[int]) -> None:
    try:
        polling.poll(key, ids, now=timezone.now())
    except locks.Busy:  # a reconcile and a poll have met: who came first gives both what they want
        log.info("shard %s is being read already", key)


@shared_task
def maintain_telemetry() -> None:
    telemetry.look_after(now=timezone.now(), keep=settings.CONFIG.retention)


@shared_task
def roll_up_telemetry() -> None:
    with suppress(locks.Busy), locks.hold("roll-up", ttl_s=ROLL_UP_TTL_S):
        telemetry.roll_up(now=timezone.now(), keep=settings.CONFIG.retention)


@shared_task
def watch_health() -> None:
    from miners import health

    with suppress(locks.Busy), locks.hold("health", ttl_s=HEALTH_TTL_S):
        health.watch(timezone.now())


@shared_task
def read_switches() -> None:
    from miners.power import services

    services.read_switches(timezone.now())


@shared_task
def report_plugins() -> None:
    plugins.report(timezone.now())


@shared_task
def review_orders() -> None:
    review.review(timezone.now())


@shared_task
def prune_commands() -> None:
    ledger.prune(timezone.now() - timedelta(days=settings.CONFIG.retention.audit_days))


@shared_task
def discover(run_id: int) -> None:
    from miners.discovery import running

    running.discover(run_id, clock=timezone.now)


@shared_task
def seek_lost() -> None:
    from miners import seeking

    with suppress(locks.Busy), locks.hold("seek", ttl_s=SEEK_S):
        for name in seeking.seek(now=timezone.now()):
            log.info("%s was lost and has been found", name)
