"""The minute task of prices: it decides itself whether a fetch is due."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from energy.models import Tariff
from energy.services import refresh_if_due
from energy.watching import watch
from hmm_project.locks import Busy


@shared_task
def keep_prices() -> None:
    """Refresh when it is time; then say whether the known prices can be relied on."""
    with suppress(Busy, Tariff.DoesNotExist):  # somebody else is at it; nothing to fetch yet
        refresh_if_due(timezone.now())
    watch(timezone.now())
