"""What happens to the tariff and its prices: it is set, it is refreshed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from energy import prices
from energy.contract import Answer, SourceError
from energy.models import REGIONS, TARIFF, PriceSlot, Tariff
from energy.refreshing import left_alone, refresh_due, window_start
from energy.sources import octopus
from energy.storing import store
from energy.telling import tell
from hmm_project.journal.models import Level
from hmm_project.journal.services import record
from hmm_project.live import announce
from hmm_project.locks import hold

LOCK_TTL_S = 2 * octopus.LONGEST_FETCH_S
LONGEST_GAP = timedelta(days=31)  # what is back-filled after a long absence: one page
UNSEEN = {
    "resolved_product": "",
    "refreshed_at": None,
    "attempted_at": None,
    "failures": 0,
    "failure": "",
    "not_before": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshOutcome:
    """What a refresh brought. `failure` is one sentence, empty after a good answer."""

    product: str = ""
    received: int = 0
    added: int = 0
    corrected: int = 0
    rejected: int = 0
    newest_end: datetime | None = None
    failure: str = ""


def region_of(postcode: str, now: datetime) -> str:
    """The region letter of a postcode, asked of Octopus. Raises SourceError."""
    return asyncio.run(octopus.fetch_region(settings.CONFIG.endpoints.octopus, postcode, now=now))


@transaction.atomic
def set_tariff(*, source: str, region: str, product: str, actor: str, now: datetime) -> Tariff:
    """Choose what the household pays by. Raises ValidationError with the field at fault.

    Another region's prices are another series. Of the same region, prices ahead that belong to another product are
    forgotten at once, so that they are never acted on; those gone by stay.
    """
    region, product = region.strip().upper().removeprefix("_"), product.strip().upper()
    known = Tariff.objects.select_for_update().filter(pk=TARIFF).first()
    if known and (known.source, known.region, known.product) == (source, region, product):
        return known
    tariff = known or Tariff(pk=TARIFF)
    for field, value in {"source": source, "region": region, "product": product, **UNSEEN}.items():
        setattr(tariff, field, value)
    tariff.full_clean(validate_unique=False)
    tariff.acting = actor
    tariff.save()
    PriceSlot.objects.filter(series=tariff.key, valid_to__gt=now).exclude(product=product).delete()
    message = f"{actor} set the tariff to {tariff} ({REGIONS[region]}), {product or 'the current product'}."
    record(now=now, kind="tariff-set", message=message)
    announce("prices-changed")
    transaction.on_commit(_refresh_soon, robust=True)
    return tariff


def _refresh_soon() -> None:
    current_app.send_task("energy.tasks.keep_prices", expires=60)


def refresh(now: datetime) -> RefreshOutcome:
    """Fetch what is published and keep it; a failure is remembered and told, and takes nothing away.

    Raises Tariff.DoesNotExist while none is set, Busy while another refresh runs.
    """
    with hold("prices", ttl_s=LOCK_TTL_S):
        return _refresh(Tariff.objects.get(pk=TARIFF), prices.newest_end(), now)


def refresh_if_due(now: datetime, *, wait_s: float = 0) -> None:
    """`refresh` when it is time; one that is under way is waited for up to `wait_s`. Raises what `refresh` raises."""
    with hold("prices", ttl_s=LOCK_TTL_S, wait_s=wait_s):
        tariff, newest_end = Tariff.objects.get(pk=TARIFF), prices.newest_end()
        interval = timedelta(seconds=settings.CONFIG.intervals.prices)
        if refresh_due(now, tariff.history(newest_end), interval=interval, zone=octopus.ZONE):
            _refresh(tariff, newest_end, now)


def _refresh(tariff: Tariff, newest_end: datetime | None, now: datetime) -> RefreshOutcome:
    if left_alone(now, tariff.not_before):
        return RefreshOutcome(failure=tariff.failure, newest_end=newest_end)
    _untouched(tariff).update(attempted_at=now)  # so that a process that dies here is not followed at once
    try:
        answer = asyncio.run(_fetch(tariff, newest_end, now))
    except SourceError as error:
        return _remember_failure(tariff, error, now)
    return _keep(tariff, answer, now)


async def _fetch(tariff: Tariff, newest_end: datetime | None, now: datetime) -> Answer:
    return await octopus.fetch(
        settings.CONFIG.endpoints.octopus,
        region=tariff.region,
        pinned=tariff.product,
        resolved=tariff.resolved_product,
        since=window_start(now, newest_end, zone=octopus.ZONE, longest=LONGEST_GAP),
        now=now,
    )


@transaction.atomic
def _remember_failure(tariff: Tariff, error: SourceError, now: datetime) -> RefreshOutcome:
    wait = timedelta(seconds=error.retry_after_s) if error.retry_after_s else None
    _untouched(tariff).update(
        attempted_at=now,
        failures=tariff.failures + 1,
        failure=str(error),
        not_before=now + wait if wait else None,
    )
    if not tariff.failures:
        record(now=now, kind="prices-refresh-failed", level=Level.WARNING, message=str(error))
    return RefreshOutcome(failure=str(error), newest_end=prices.newest_end())


@transaction.atomic
def _keep(tariff: Tariff, answer: Answer, now: datetime) -> RefreshOutcome:
    if _untouched(tariff).select_for_update().first() is None:
        return RefreshOutcome(failure="The tariff was changed meanwhile; the prices of the new one follow.")
    stored = store(tariff.key, answer.product, answer.rates)
    _untouched(tariff).update(**UNSEEN | {"resolved_product": answer.product, "refreshed_at": now, "attempted_at": now})
    tell(answer, stored, product_before=tariff.resolved_product, now=now)
    return RefreshOutcome(
        product=answer.product,
        received=len(answer.rates),
        added=stored.added,
        corrected=len(stored.corrections),
        rejected=len(answer.rejected),
        newest_end=prices.newest_end(),
    )


def _untouched(tariff: Tariff) -> QuerySet[Tariff]:
    """The tariff's row while no person has changed it since `tariff` was read."""
    return Tariff.objects.filter(pk=TARIFF, source=tariff.source, region=tariff.region, product=tariff.product)
