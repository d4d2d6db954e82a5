"""Known prices of the active tariff, one query each. A price that is not known is absent, never zero."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from energy.contract import Rate
from energy.models import TARIFF, PriceSlot, Tariff


def slots() -> QuerySet[PriceSlot]:
    """The slots of the active tariff's series; none while no tariff is set."""
    series = Tariff.objects.filter(pk=TARIFF).values(key=Concat("source", Value(":"), "region"))
    return PriceSlot.objects.filter(series=Subquery(series))


def known_rates(*, since: datetime, until: datetime) -> list[Rate]:
    """Every known slot that overlaps [since, until), in order."""
    return [_rate(slot) for slot in slots().filter(valid_to__gt=since, valid_from__lt=until).order_by("valid_from")]


def rate_at(now: datetime) -> Rate | None:
    """The price now; None when it is not known."""
    slot = slots().filter(valid_from__lte=now, valid_to__gt=now).first()
    return _rate(slot) if slot else None


def newest_end() -> datetime | None:
    """Until when prices are known."""
    newest: datetime | None = slots().aggregate(newest=Max("valid_to"))["newest"]
    return newest


def _rate(slot: PriceSlot) -> Rate:
    return Rate(slot.valid_from, slot.valid_to, slot.price_pence)
