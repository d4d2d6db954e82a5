"""Retention of the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from auditlog.models import LogEntry
from celery import current_app
from django.contrib.contenttypes.models import ContentType
from pytest_django import Settings

from hmm_project.config import Retention
from hmm_project.journal.models import Alert, Event
from hmm_project.journal.services import open_alert, record
from hmm_project.journal.tasks import prune

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(settings: Settings) -> Any:
    settings.CONFIG = replace(settings.CONFIG, retention=Retention(event_days=3, audit_days=5))
    with time_machine.travel(NOW, tick=False):
        yield


def audited(age: timedelta) -> None:
    kind = ContentType.objects.get_for_model(Event)
    LogEntry.objects.create(content_type=kind, object_pk="1", object_repr="x", action=0, timestamp=NOW - age)


def test_the_task_has_the_name_the_schedule_calls_it_by() -> None:
    assert "hmm_project.journal.tasks.prune" in current_app.tasks


def test_what_is_older_than_its_retention_is_forgotten_and_nothing_else() -> None:
    for days in (1, 2, 3, 4, 5, 6):
        age = timedelta(days=days)
        record(now=NOW - age, kind=f"age-{days}", message="x")
        audited(age)
    prune()
    assert sorted(Event.objects.values_list("kind", flat=True)) == ["age-1", "age-2", "age-3"]
    assert LogEntry.objects.count() == 5


def test_an_alert_outlives_the_event_that_opened_it() -> None:
    open_alert(now=NOW - timedelta(days=30), kind="prices-stale", message="No price is known.")
    prune()
    assert Alert.objects.count() == 1
    assert Event.objects.count() == 0
