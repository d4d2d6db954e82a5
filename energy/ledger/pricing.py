"""Pricing rows again whose readings are gone."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery

from energy.models import TARIFF, EnergySlot, PriceSlot, Tariff


def reprice(since: datetime, until: datetime) -> int:
    """Price the rows of [since, until) by the slots that cover them whole; answers how many.

    What was priced by another tariff stays as it was paid.
    """
    series = Subquery(Tariff.objects.filter(pk=TARIFF).values("series"))
    covering = PriceSlot.objects.filter(series=series, valid_from__lte=OuterRef("start"), valid_to__gte=OuterRef("end"))
    ours = EnergySlot.objects.filter(Q(price_pence__isnull=True) | Q(series=series))
    return ours.filter(Exists(covering), start__gte=since, start__lt=until).update(
        price_pence=Subquery(covering.values("price_pence")[:1]), series=Subquery(covering.values("series")[:1])
    )
