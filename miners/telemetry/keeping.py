"""Looking after the tables of telemetry: days made ahead, days put in order, days dropped."""

from __future__ import annotations

from datetime import datetime, timedelta

from hmm_project.config import Retention
from miners.models import Telemetry
from miners.telemetry import partitions, rollup


def look_after(*, now: datetime, keep: Retention) -> None:
    """Everything that is due; doing it twice is harmless."""
    partitions.make_ahead(now)
    partitions.drop_before(Telemetry, now - timedelta(days=keep.raw_days))
    rollup.forget(
        five_minutes_before=now - timedelta(days=keep.five_minute_days),
        hours_before=now - timedelta(days=keep.hourly_days),
    )
    partitions.put_in_order(now)
