"""One alert while the known prices cannot be relied on, one message when they can again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from energy import prices
from energy.models import TARIFF, Tariff
from energy.refreshing import problem
from energy.sources import octopus
from hmm_project.journal.models import Level
from hmm_project.journal.services import close_alert, open_alert

STALE = "prices-stale"


def staleness(now: datetime) -> str | None:
    """One sentence on why the known prices cannot be relied on; None while they can, or while no tariff is set."""
    tariff = Tariff.objects.filter(pk=TARIFF).first()
    if tariff is None:
        return None
    interval = timedelta(seconds=settings.CONFIG.intervals.prices)
    return problem(now, tariff.history(prices.newest_end()), interval=interval, zone=octopus.ZONE)


def watch(now: datetime) -> None:
    """Open or close the alert."""
    sentence = staleness(now)
    if sentence is None:
        close_alert(now=now, kind=STALE, message="Electricity prices are known again.")
        return
    failure = Tariff.objects.filter(pk=TARIFF).values_list("failure", flat=True).first()
    message = f"{sentence} {failure}" if failure else sentence
    open_alert(now=now, kind=STALE, level=Level.ERROR, message=message)
