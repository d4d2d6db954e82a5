"""The strategy in the admin. Changes go through the services: checked, told, and acted on at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from hmm_project.access import actor_of
from hmm_project.journal.admin import ReadOnlyAdmin
from strategy.ladder_change import check_with, delete_band, save_band
from strategy.models import Band, Decision, EngineState, Memory, Strategy
from strategy.state import SETTINGS, change_settings, check_state, set_state


class StrategyForm(forms.ModelForm[Strategy]):
    class Meta:
        model = Strategy
        fields = ("state", "paused_until", *SETTINGS)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("state") != EngineState.PAUSED:
            values["paused_until"] = None
        check_state(values.get("state", ""), values["paused_until"], now=timezone.now())
        return values


@admin.register(Strategy)
class StrategyAdmin(ModelAdmin):
    form = StrategyForm
    list_display = ["state", "paused_until", "champion_mode_enabled", "missing_price_action"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Strategy | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Strategy, form: forms.ModelForm[Strategy], change: bool) -> None:
        now, actor, values = timezone.now(), actor_of(request), form.cleaned_data
        change_settings(**{name: values[name] for name in SETTINGS}, actor=actor, now=now)
        set_state(values["state"], values["paused_until"], actor=actor, now=now)


class BandForm(forms.ModelForm[Band]):
    class Meta:
        model = Band
        fields = ("lower_pence", "name", "color", "action", "champion", "coin", "pool", "modes")

    def _post_clean(self) -> None:
        """Checked as the ladder it would make, once `instance` holds the new values."""
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            self._check_ladder()

    def _check_ladder(self) -> None:
        try:
            check_with(self.instance)
        except forms.ValidationError as error:
            self.add_error(None, error.messages)


@admin.register(Band)
class BandAdmin(ModelAdmin):
    form = BandForm
    list_display = ["name", "lower_pence", "action", "champion", "pool", "modes"]

    def has_delete_permission(self, request: HttpRequest, obj: Band | None = None) -> bool:
        return obj is None or obj.lower_pence is not None  # without a lowest band there is no ladder

    def save_model(self, request: HttpRequest, obj: Band, form: forms.ModelForm[Band], change: bool) -> None:
        save_band(obj, actor=actor_of(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Band) -> None:
        delete_band(obj, actor=actor_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Band]) -> None:
        for band in queryset.exclude(lower_pence=None):
            self.delete_model(request, band)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["time", "state", "band", "price_pence", "because"]
    list_filter = ["state", "band"]
    search_fields = ["because"]
    date_hierarchy = "time"


@admin.register(Memory)
class MemoryAdmin(ReadOnlyAdmin):
    list_display = ["saved_at", "state"]
