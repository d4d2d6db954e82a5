"""The minute task of prices: it decides itself whether a fetch is due."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from energy import prices
from energy.models import TARIFF, Tariff
from energy.refreshing import refresh_due
from energy.services import refresh
from energy.sources import octopus
from energy.watching import watch
from hmm_project.locks import Busy


@shared_task
def keep_prices() -> None:
    """Refresh when it is time; then say whether the known prices can be relied on."""
    now = timezone.now()
    with suppress(Busy, Tariff.DoesNotExist):  # somebody else is at it; nothing to fetch yet
        if _due(now):
            refresh(now)
    watch(timezone.now())


def _due(now: datetime) -> bool:
    history = Tariff.objects.get(pk=TARIFF).history(prices.newest_end())
    return refresh_due(now, history, interval=timedelta(seconds=settings.CONFIG.intervals.prices), zone=octopus.ZONE)
