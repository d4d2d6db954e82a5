"""/api/events and /api/alerts."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router

from hmm_project.journal.models import Alert, Event
from hmm_project.journal.schemas import AlertOut, EventFilter, EventOut
from hmm_project.paging import paged

router = Router(tags=["journal"])


@router.get("/events", response=list[EventOut])
@paged
def list_events(request: HttpRequest, wanted: Query[EventFilter]) -> QuerySet[Event]:
    """What happened, newest first."""
    fields = {"kind": "kind", "level": "level", "subject": "subject", "since": "time__gte"}
    chosen = wanted.dict(exclude_none=True)
    return Event.objects.filter(**{fields[name]: value for name, value in chosen.items()})


@router.get("/alerts", response=list[AlertOut])
@paged
def list_alerts(request: HttpRequest) -> QuerySet[Alert]:
    """What is wrong now, oldest first."""
    return Alert.objects.all()
