"""One alert while the known prices cannot be relied on, one message when they can again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from energy.feeds import Feed, feeds, own
from energy.models import TARIFF, Tariff
from energy.refreshing import problem
from hmm_project.journal.models import Level
from hmm_project.journal.services import close_alert, open_alert

STALE = "prices-stale"


def staleness(now: datetime) -> str | None:
    """One sentence on why the known prices cannot be relied on; None while they can, or while no tariff is set."""
    tariff = Tariff.objects.filter(pk=TARIFF).first()
    return _problem(own(tariff), now) if tariff else None


def watch(now: datetime) -> None:
    """Open or close the alerts."""
    tariff = Tariff.objects.filter(pk=TARIFF).first()
    for feed in feeds(tariff) if tariff else ():
        _watch(feed, now)


def _watch(feed: Feed, now: datetime) -> None:
    sentence = _problem(feed, now)
    if sentence is None:
        message = "Export prices are known again." if feed.name else "Electricity prices are known again."
        close_alert(now=now, kind=feed.kind(STALE), message=message)
        return
    told = f"{feed.words}: {sentence}" if feed.name else sentence
    message = f"{told} {feed.memory.failure}" if feed.memory.failure else told
    open_alert(now=now, kind=feed.kind(STALE), level=Level.WARNING if feed.name else Level.ERROR, message=message)


def _problem(feed: Feed, now: datetime) -> str | None:
    interval = timedelta(seconds=settings.CONFIG.intervals.prices)
    return problem(now, feed.memory.history(feed.newest_end()), interval=interval, rhythm=feed.rhythm)
