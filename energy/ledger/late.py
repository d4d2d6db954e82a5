"""Readings that come when their hour was kept already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from energy.ledger import marks
from energy.ledger.grid import floor
from energy.ledger.readings import longest_gap


def note_late(times: Sequence[datetime], **_: Any) -> None:
    """Receiver of miners.telemetry.stored. A fresh reading, which nearly all are, costs no query."""
    if not times or min(times) >= timezone.now() - marks.LEAST_AGE:
        return
    done = marks.done_until()
    late = [time for time in times if done is not None and time < done]
    marks.note_hours(floor(edge) for time in late for edge in (time, time + longest_gap()))
