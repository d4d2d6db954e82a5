"""The journal in the admin: to read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from hmm_project.journal.models import Alert, Event


class ReadOnlyAdmin(ModelAdmin):
    """Rows that the product writes and nobody edits."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["time", "level", "kind", "name", "message"]
    list_filter = ["level", "kind"]
    search_fields = ["message", "name", "subject"]
    date_hierarchy = "time"


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ["opened_at", "level", "subject", "message"]
    list_filter = ["level"]
