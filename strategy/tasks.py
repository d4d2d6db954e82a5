"""What Celery runs for the strategy. Only here is the clock read."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from hmm_project.locks import Busy
from miners import polling
from miners.tasks import poll_shard, read_switches
from strategy import services


@shared_task
def tick() -> None:
    with suppress(Busy):  # a tick that is still at work makes this one needless
        services.tick(timezone.now())


@shared_task
def reconcile() -> None:
    """The same tick on fresh observations: drift is corrected, whatever the pollers have missed."""
    read_switches()
    for shard in polling.shards():
        poll_shard(shard.key, shard.ids)
    tick()
