"""Tariff and prices in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from energy.models import ForecastSlot, PriceSlot, Tariff
from energy.models.fetched import UNSEEN
from energy.services import set_tariff
from hmm_project.access import actor_of
from hmm_project.journal.admin import ReadOnlyAdmin


@admin.register(Tariff)
class TariffAdmin(ModelAdmin):
    list_display = ["__str__", "product", "resolved_product", "refreshed_at", "failure"]
    readonly_fields = list(UNSEEN)
    exclude = ["secret"]  # write-only: entered on the energy page

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Tariff.objects.exists()

    def save_model(self, request: HttpRequest, obj: Tariff, form: forms.ModelForm[Tariff], change: bool) -> None:
        kept = set_tariff(
            source=obj.source,
            actor=actor_of(request),
            now=timezone.now(),
            region=obj.region,
            product=obj.product,
            currency=obj.currency,
            parameters=obj.parameters,
            export=obj.export,
            forecast=obj.forecast,
        )
        obj.pk = kept.pk


@admin.register(PriceSlot)
class PriceSlotAdmin(ReadOnlyAdmin):
    list_display = ["valid_from", "valid_to", "price_pence", "series", "product"]
    list_filter = ["series", "product"]
    date_hierarchy = "valid_from"
    ordering = ["-valid_from"]


@admin.register(ForecastSlot)
class ForecastSlotAdmin(ReadOnlyAdmin):
    list_display = ["valid_from", "valid_to", "price_pence", "low_pence", "high_pence", "made_at"]
    ordering = ["valid_from"]
