"""What happens to the tariff: it is set, it is refreshed."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, TypedDict, Unpack

from celery import current_app
from django.conf import settings
from django.db import transaction

from energy.fetching import RefreshOutcome, ask_history, refresh, refresh_if_due
from energy.models import OCTOPUS, REGIONS, TARIFF, ForecastSlot, PriceSlot, Side, Tariff
from energy.models.fetched import UNSEEN
from energy.sources import octopus
from energy.sources.table import SOURCES
from hmm_project.journal.services import close_alert, record
from hmm_project.live import announce

__all__ = ["RefreshOutcome", "ask_history", "refresh", "refresh_if_due", "region_of", "set_tariff"]

PRICED_BY = ("source", "region", "product", "parameters", "secret", "currency")
SWITCHES = ("export", "forecast")


class Choice(TypedDict, total=False):
    """What a person may choose beside the source."""

    region: str
    product: str
    parameters: dict[str, Any]
    secret: str
    currency: str
    export: bool
    forecast: bool


def region_of(postcode: str, now: datetime) -> str:
    """The region letter of a postcode, asked of Octopus. Raises SourceError."""
    return asyncio.run(octopus.fetch_region(settings.CONFIG.endpoints.octopus, postcode, now=now))


@transaction.atomic
def set_tariff(*, source: str, actor: str, now: datetime, **chosen: Unpack[Choice]) -> Tariff:
    """Choose what the household pays by.

    What is left out stays as it is, or is the default of another source. Raises ValidationError with the field at
    fault. Another place's prices are another series. Of the same one, prices ahead that belong to what was chosen
    before are forgotten at once, so that they are never acted on; those gone by stay.
    """
    known = Tariff.objects.select_for_update().filter(pk=TARIFF).first()
    before = _values(known or Tariff())
    tariff = checked(known, source, chosen)
    after = _values(tariff)
    if known and before == after:
        return known
    tariff.version += 1
    if not known or any(before[field] != after[field] for field in PRICED_BY):
        _start_anew(tariff, now)
    tariff.acting = actor
    tariff.save()
    _forget_ahead(tariff, before, now)
    record(now=now, kind="tariff-set", message=f"{actor} set the tariff to {described(tariff)}.")
    announce("prices-changed")
    transaction.on_commit(_refresh_soon, robust=True)
    return tariff


def checked(known: Tariff | None, source: str, chosen: Choice) -> Tariff:
    """`known` with the choice made, not saved. Raises ValidationError: {field or parameter: sentences}."""
    tariff = known or Tariff(pk=TARIFF)
    for field, value in {**_defaults(tariff, source), **_tidied(chosen), "source": source}.items():
        setattr(tariff, field, value)
    tariff.full_clean(validate_unique=False)
    return tariff


def described(tariff: Tariff) -> str:
    """The tariff in words: "Octopus Agile C (London), the current product"."""
    if tariff.source == OCTOPUS:
        return f"{tariff} ({REGIONS[tariff.region]}), {tariff.product or 'the current product'}"
    place = tariff.parameters.get(tariff.kind.place, "")
    return f"{tariff.kind.label} {place}".strip()


def _values(tariff: Tariff) -> dict[str, Any]:
    return {field: getattr(tariff, field) for field in (*PRICED_BY, *SWITCHES)}


def _defaults(tariff: Tariff, source: str) -> dict[str, Any]:
    """What another source begins with."""
    if source == tariff.source:
        return {}
    currencies = SOURCES[source].currencies if source in SOURCES else ()
    currency = tariff.currency if not currencies or tariff.currency in currencies else currencies[0]
    return {"parameters": {}, "secret": "", "currency": currency, "product": ""}


def _tidied(chosen: Choice) -> Choice:
    tidy = chosen.copy()
    if "region" in tidy:
        tidy["region"] = tidy["region"].strip().upper().removeprefix("_")
    if "product" in tidy:
        tidy["product"] = tidy["product"].strip().upper()
    return tidy


def _start_anew(tariff: Tariff, now: datetime) -> None:
    """Nothing is remembered of fetching what was chosen before."""
    for field, value in UNSEEN.items():
        setattr(tariff, field, value)
    Side.objects.all().delete()
    ForecastSlot.objects.all().delete()
    for kind in ("export-prices-stale", "export-prices-rejected", "prices-rejected"):
        close_alert(now=now, kind=kind, message="The tariff was changed.")


def _forget_ahead(tariff: Tariff, before: dict[str, Any], now: datetime) -> None:
    if tariff.kind.fetch is None or all(before[field] == getattr(tariff, field) for field in PRICED_BY):
        return  # what a person brought is nobody's to forget
    ahead = PriceSlot.objects.filter(series=tariff.series, valid_to__gt=now)
    (ahead.exclude(product=tariff.product) if tariff.product else ahead).delete()


def _refresh_soon() -> None:
    current_app.send_task("energy.tasks.keep_prices", expires=60)
