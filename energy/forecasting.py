"""Fetching forecasts of prices, which are kept apart from prices."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from energy.contract import ForecastRate, Order, Rhythm, SourceError
from energy.models import TARIFF, ForecastSlot, Side, Tariff
from energy.refreshing import jitter_of, left_alone, refresh_due
from energy.sources import agile_predict
from hmm_project.journal.models import Level
from hmm_project.journal.services import record
from hmm_project.live import announce

RHYTHM = Rhythm()  # nobody waits for a forecast


def refresh_forecast(tariff: Tariff, now: datetime, *, only_if_due: bool = False) -> None:
    """Fetch the newest forecast where the tariff has them; a failure is told once and takes nothing away."""
    if not tariff.forecast:
        return
    memory, _ = Side.objects.get_or_create(name=Side.Name.FORECAST)
    if left_alone(now, memory.not_before) or (only_if_due and not _is_due(memory, now)):
        return
    _remember(attempted_at=now)
    asked = Order(base=settings.CONFIG.endpoints.agile_predict, since=now, now=now, region=tariff.region)
    try:
        rates = asyncio.run(agile_predict.fetch(asked))
    except SourceError as error:
        _fail(memory, error, now)
    else:
        _keep(tariff, rates, now)


def _is_due(memory: Side, now: datetime) -> bool:
    interval = timedelta(seconds=settings.CONFIG.intervals.prices)
    history = memory.history(newest_end=now)
    return refresh_due(now, history, interval=interval, rhythm=RHYTHM, jitter=jitter_of(settings.SECRET_KEY))


@transaction.atomic
def _keep(tariff: Tariff, rates: Sequence[ForecastRate], now: datetime) -> None:
    """The newest forecast takes the place of all before it."""
    if not Tariff.objects.select_for_update().filter(pk=TARIFF, version=tariff.version).exists():
        return
    ForecastSlot.objects.all().delete()
    ForecastSlot.objects.bulk_create(
        ForecastSlot(
            series=tariff.series,
            valid_from=rate.valid_from,
            valid_to=rate.valid_to,
            price_pence=rate.price_pence,
            low_pence=rate.low_pence,
            high_pence=rate.high_pence,
            made_at=now,
        )
        for rate in rates
    )
    _remember(failures=0, failure="", not_before=None, refreshed_at=now)
    announce("prices-changed")


@transaction.atomic
def _fail(memory: Side, error: SourceError, now: datetime) -> None:
    wait = timedelta(seconds=error.retry_after_s) if error.retry_after_s else None
    _remember(failures=memory.failures + 1, failure=str(error), not_before=now + wait if wait else None)
    if not memory.failures:
        record(now=now, kind="forecast-refresh-failed", level=Level.WARNING, message=str(error))


def _remember(**values: object) -> None:
    Side.objects.filter(pk=Side.Name.FORECAST).update(**values)
