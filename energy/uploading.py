"""Prices that a person brings in a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from energy import repricing
from energy.contract import Rate
from energy.models import TARIFF, Tariff
from energy.sources.csv_file import BadFile, read_file
from energy.sources.names import CSV
from energy.storing import Stored, store
from hmm_project.journal.services import record
from hmm_project.live import announce

PRODUCT = "file"
WRONG_SOURCE = "Prices are uploaded where the tariff's source is a CSV file: choose that first."


@transaction.atomic
def upload(content: bytes, *, actor: str, now: datetime) -> Stored:
    """Take the prices of a CSV file, all or none. Raises ValidationError with the row and the rule."""
    try:
        rates = read_file(content, _tariff().currency)
    except BadFile as error:
        raise ValidationError({"file": [str(error)]}) from None
    return keep_prices(rates, actor=actor, now=now)


@transaction.atomic
def keep_prices(rates: Sequence[Rate], *, actor: str, now: datetime) -> Stored:
    """Keep what `read_file` read; what a stored price differs in is corrected and told."""
    tariff = _tariff()
    stored = store(tariff.series, PRODUCT, rates)
    if stored.written:
        repricing.stale(*stored.written)
    Tariff.objects.filter(pk=TARIFF).update(refreshed_at=now, resolved_product=PRODUCT)
    message = (
        f"{actor} uploaded {len(rates)} prices until {rates[-1].valid_to:%Y-%m-%d %H:%M} UTC: "
        f"{stored.added} new, {len(stored.corrections)} corrected."
    )
    record(now=now, kind="prices-uploaded", message=message)
    announce("prices-changed")
    return stored


def _tariff() -> Tariff:
    tariff = Tariff.objects.select_for_update().filter(pk=TARIFF, source=CSV).first()
    if tariff is None:
        raise ValidationError({"source": [WRONG_SOURCE]})
    return tariff
