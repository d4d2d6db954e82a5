"""What Celery runs for energy, each minute: prices, which decide themselves whether a fetch is due, and the ledger."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from energy import ledger
from energy.models import Tariff
from energy.services import refresh_if_due
from energy.watching import watch
from hmm_project.locks import Busy, hold

LEDGER_TTL_S = 600


@shared_task
def keep_prices() -> None:
    """Refresh when it is time; then say whether the known prices can be relied on."""
    with suppress(Busy, Tariff.DoesNotExist):  # somebody else is at it; nothing to fetch yet
        refresh_if_due(timezone.now())
    watch(timezone.now())


@shared_task
def keep_ledger() -> None:
    """Keep what every miner drew, up to now."""
    with suppress(Busy), hold("ledger", ttl_s=LEDGER_TTL_S):
        ledger.keep(timezone.now())
