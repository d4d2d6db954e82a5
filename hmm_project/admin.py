"""The admin of what belongs to no app of ours: people, tokens, schedules, changes."""

from __future__ import annotations

import django_celery_beat.admin  # noqa: F401  registers what is replaced below
from auditlog.admin import LogEntryAdmin as PlainLogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as PlainGroupAdmin
from django.contrib.auth.admin import UserAdmin as PlainUserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from hmm_project.models import ApiToken

SCHEDULES = (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule)

for model in (User, Group, LogEntry, *SCHEDULES):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(PlainUserAdmin, ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(PlainGroupAdmin, ModelAdmin):
    pass


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    """To see and to withdraw: a token is made on the Settings page or by `hmm token`, which show it once."""

    list_display = ["name", "user", "prefix", "created_at", "last_used_at"]
    list_filter = ["user"]
    readonly_fields = ["user", "prefix", "created_at", "last_used_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ModelAdmin):
    """What beat runs. How often is in config.yaml; whether at all may be switched here."""

    list_display = ["name", "interval", "enabled", "last_run_at", "total_run_count"]
    fields = ["name", "task", "interval", "enabled", "last_run_at", "total_run_count"]
    readonly_fields = ["name", "task", "interval", "last_run_at", "total_run_count"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PeriodicTask | None = None) -> bool:
        return False


@admin.register(LogEntry)
class LogEntryAdmin(PlainLogEntryAdmin, ModelAdmin):
    """Changes of configuration rows, to read; hardware actions are the miners' ledger."""

    list_display = ["created", "resource_url", "action", "msg_short", "user_url"]
    list_filter = ["action"]
