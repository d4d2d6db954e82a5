"""What happens to pools and coins again and again."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from hmm_project.locks import Busy, hold
from pools import health
from pools.coins import counting, refreshing

LONGEST_S = 240


@shared_task
def check_pools() -> None:
    """Probe every pool, unless a check still runs."""
    with suppress(Busy), hold("pools", ttl_s=LONGEST_S):
        health.check_pools(timezone.now())


@shared_task
def keep_coins() -> None:
    """Count the hashes of each coin, and ask for what it is time for, unless it is being asked for."""
    now = timezone.now()
    counting.count(now)
    with suppress(Busy):
        refreshing.refresh_if_due(now)
