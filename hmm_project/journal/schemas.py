"""The shapes of the journal's API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema
from pydantic import AwareDatetime

from hmm_project.journal.models import Alert, Level


class EventOut(Schema):
    """One thing that happened, in a sentence."""

    id: int
    time: datetime
    kind: str = Field(description="Such as miner-unreachable; the end of an alert has -over behind it")
    level: str = Field(description="info, warning or error")
    subject: str = Field(description="Such as miner:7; empty: the house")
    name: str = Field(description="The subject's name when it happened")
    message: str
    data: dict[str, Any]


class AlertOut(Schema):
    """A condition that is true now."""

    kind: str
    level: str
    subject: str
    message: str
    opened_at: datetime

    @staticmethod
    def resolve_kind(alert: Alert) -> str:
        return alert.key.removesuffix(f":{alert.subject}")


class EventFilter(Schema):
    """What is left out does not filter."""

    kind: str | None = None
    level: Level | None = None
    subject: str | None = None
    since: AwareDatetime | None = Field(None, description="With its zone, such as 2026-11-22T00:00:00Z")
