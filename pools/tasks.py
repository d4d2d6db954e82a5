"""The periodic check of pools."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from hmm_project.locks import Busy, hold
from pools import health

LONGEST_S = 240


@shared_task
def check_pools() -> None:
    """Probe every pool, unless a check still runs."""
    with suppress(Busy), hold("pools", ttl_s=LONGEST_S):
        health.check_pools(timezone.now())
