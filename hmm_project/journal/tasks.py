"""Forgetting what is older than config.yaml's `retention` says."""

from __future__ import annotations

from datetime import timedelta

from auditlog.models import LogEntry
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from hmm_project.journal.models import Event


@shared_task
def prune() -> None:
    """Delete old events and old entries of the configuration audit. Alerts stay until their condition ends."""
    now, keep = timezone.now(), settings.CONFIG.retention
    Event.objects.filter(time__lt=now - timedelta(days=keep.event_days)).delete()
    LogEntry.objects.filter(timestamp__lt=now - timedelta(days=keep.audit_days)).delete()
