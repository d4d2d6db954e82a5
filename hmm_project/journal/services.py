"""Writing to the journal: every app does it through these."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from hmm_project import live
from hmm_project.journal.models import Alert, Event, Level


@transaction.atomic
def record(
    *,
    now: datetime,
    kind: str,
    message: str,
    level: Level = Level.INFO,
    subject: str = "",
    name: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Write one event and tell open pages."""
    event = Event.objects.create(
        time=now, kind=kind, level=level, subject=subject, name=name, message=message, data=data or {}
    )
    live.announce("events-changed")
    return event


@transaction.atomic
def open_alert(
    *,
    now: datetime,
    kind: str,
    message: str,
    level: Level = Level.WARNING,
    subject: str = "",
    name: str = "",
    data: dict[str, Any] | None = None,
) -> bool:
    """Say once that a condition holds; answers whether it is new. `data` goes with its event."""
    key = f"{kind}:{subject}"
    defaults = {"level": level, "message": message, "subject": subject, "opened_at": now}
    _, new = Alert.objects.get_or_create(key=key, defaults=defaults)
    if new:
        told = {"alert": "opened", **(data or {})}
        record(now=now, kind=kind, level=level, subject=subject, name=name, message=message, data=told)
        live.announce("alerts-changed")
    return new


@transaction.atomic
def close_alert(*, now: datetime, kind: str, message: str, subject: str = "", name: str = "") -> bool:
    """Say once that a condition has ended; answers whether it was open."""
    closed, _ = Alert.objects.filter(key=f"{kind}:{subject}").delete()
    if closed:
        record(now=now, kind=f"{kind}-over", subject=subject, name=name, message=message, data={"alert": "closed"})
        live.announce("alerts-changed")
    return bool(closed)
