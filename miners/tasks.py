"""What Celery runs for the miners. Only here is the clock read."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from hmm_project import locks
from miners import plugins, polling, telemetry
from miners.commands import ledger, review

log = logging.getLogger(__name__)


@shared_task
def poll_fleet() -> None:
    """Start a task for every shard. A shard that could not start before the next poll is dropped."""
    for shard in polling.shards():
        poll_shard.apply_async((shard.key, shard.ids), expires=settings.CONFIG.intervals.poll)


@shared_task
def poll_shard(key: str, ids: list[int]) -> None:
    try:
        with locks.hold(f"poll:{key}", ttl_s=polling.longest_s(len(ids))):
            polling.poll_shard(ids, now=timezone.now())
    except locks.Busy:
        log.warning("shard %s is still being read: this poll of it is left out", key)


@shared_task
def maintain_telemetry() -> None:
    telemetry.maintain(now=timezone.now(), keep_days=settings.CONFIG.retention.raw_days)


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
