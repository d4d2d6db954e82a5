"""Pools in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminPasswordWidget

from hmm_project.access import actor_of
from hmm_project.journal.admin import ReadOnlyAdmin
from pools.forms import PoolForm
from pools.models import Pool, PoolCheck
from pools.services import delete_pool, save_pool


class PoolAdminForm(PoolForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["port"].widget = UnfoldAdminIntegerFieldWidget()
        self.fields["password"].widget = UnfoldAdminPasswordWidget()


@admin.register(Pool)
class PoolAdmin(ModelAdmin):
    form = PoolAdminForm
    list_display = ["name", "coin", "host", "port", "state", "subscribe_ms", "enabled"]
    list_filter = ["coin", "state", "enabled"]
    search_fields = ["name", "host", "user"]
    readonly_fields = ["state", "misses", "checked_at", "subscribe_ms", "failure"]

    def save_model(self, request: HttpRequest, obj: Pool, form: forms.ModelForm[Pool], change: bool) -> None:
        save_pool(obj, actor=actor_of(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Pool) -> None:
        delete_pool(obj, actor=actor_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Pool]) -> None:
        for pool in queryset:
            self.delete_model(request, pool)


@admin.register(PoolCheck)
class PoolCheckAdmin(ReadOnlyAdmin):
    list_display = ["time", "pool", "reachable", "subscribe_ms", "error"]
    list_filter = ["pool", "reachable"]
    date_hierarchy = "time"
