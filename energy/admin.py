"""Tariff and prices in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from energy.models import PriceSlot, Tariff
from energy.services import set_tariff
from hmm_project.access import actor_of
from hmm_project.journal.admin import ReadOnlyAdmin


@admin.register(Tariff)
class TariffAdmin(ModelAdmin):
    list_display = ["__str__", "product", "resolved_product", "refreshed_at", "failure"]
    readonly_fields = ["resolved_product", "refreshed_at", "attempted_at", "failures", "failure", "not_before"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Tariff.objects.exists()

    def save_model(self, request: HttpRequest, obj: Tariff, form: forms.ModelForm[Tariff], change: bool) -> None:
        kept = set_tariff(
            source=obj.source, region=obj.region, product=obj.product, actor=actor_of(request), now=timezone.now()
        )
        obj.pk = kept.pk


@admin.register(PriceSlot)
class PriceSlotAdmin(ReadOnlyAdmin):
    list_display = ["valid_from", "valid_to", "price_pence", "series", "product"]
    list_filter = ["series", "product"]
    date_hierarchy = "valid_from"
    ordering = ["-valid_from"]
