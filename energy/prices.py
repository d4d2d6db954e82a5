"""Known prices of the active tariff, one query each. A price that is not known is absent, never zero."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from energy.contract import ForecastRate, Rate
from energy.models import TARIFF, ForecastSlot, PriceSlot, Tariff

POUND = "GBP"


def slots() -> QuerySet[PriceSlot]:
    """The slots of the active tariff's series; none while no tariff is set."""
    return PriceSlot.objects.filter(series=Subquery(_tariff().values("series")))


def export_slots() -> QuerySet[PriceSlot]:
    """What is paid for electricity sent to the grid; none where the tariff has no export prices."""
    series = _tariff().filter(export=True).values(key=Concat("source", Value("-export:"), "region"))
    return PriceSlot.objects.filter(series=Subquery(series))


def known_rates(*, since: datetime, until: datetime) -> list[Rate]:
    """Every known slot of 15, 30 or 60 minutes that overlaps [since, until), in order."""
    return _between(slots(), since, until)


def export_rates(*, since: datetime, until: datetime) -> list[Rate]:
    """The same of what is paid for export."""
    return _between(export_slots(), since, until)


def forecast(*, since: datetime, until: datetime) -> list[ForecastRate]:
    """What slots that overlap [since, until) may cost, known ones among them: for showing, never for deciding."""
    series = _tariff().filter(forecast=True).values("series")
    found = ForecastSlot.objects.filter(series=Subquery(series), valid_to__gt=since, valid_from__lt=until)
    return [
        ForecastRate(slot.valid_from, slot.valid_to, slot.price_pence, slot.low_pence, slot.high_pence)
        for slot in found.order_by("valid_from")
    ]


def rate_at(now: datetime) -> Rate | None:
    """The price now; None when it is not known."""
    slot = slots().filter(valid_from__lte=now, valid_to__gt=now).first()
    return _rate(slot) if slot else None


def newest_end() -> datetime | None:
    """Until when prices are known."""
    newest: datetime | None = slots().aggregate(newest=Max("valid_to"))["newest"]
    return newest


def currency() -> str:
    """The ISO code of the tariff's currency, in whose hundredth part its prices are."""
    return _tariff().values_list("currency", flat=True).first() or POUND


def _tariff() -> QuerySet[Tariff]:
    return Tariff.objects.filter(pk=TARIFF)


def _between(slots: QuerySet[PriceSlot], since: datetime, until: datetime) -> list[Rate]:
    return [_rate(slot) for slot in slots.filter(valid_to__gt=since, valid_from__lt=until).order_by("valid_from")]


def _rate(slot: PriceSlot) -> Rate:
    return Rate(slot.valid_from, slot.valid_to, slot.price_pence)
