"""Where the readings of a chart come from: raw, or condensed when its buckets are wide or its days long gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings

from miners.models import FiveMinutes, Hour
from miners.models.rollup import RollUp
from miners.telemetry.rollup import HOUR, STEP, done_until, floor

MOST_POINTS = 5000
NEAR_ENOUGH = 0.6  # of a step: rather two thirds of the points asked for than every single reading
CONDENSED: tuple[tuple[type[RollUp], timedelta], ...] = ((Hour, HOUR), (FiveMinutes, STEP))  # widest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Buckets of `width_s` from `first` to `until`: up to `condensed_until` out of `table`, then out of readings."""

    first: datetime
    until: datetime
    width_s: int
    table: str | None = None
    condensed_until: datetime

    @property
    def axis(self) -> range:
        """The start of every bucket in epoch seconds."""
        return range(int(self.first.timestamp()), ceil(self.until.timestamp()), self.width_s)


def choose(since: datetime, until: datetime, points: int) -> Source:
    """The coarsest source that is fine enough, or the finest that still reaches back to `since`.

    Raises ValueError for an empty span or absurd `points`.
    """
    width, done = bucket_width(since, until, points), done_until()
    model, step = _condensed(since, width, done) if done else (None, 0)
    width = ceil(width / step) * step if step else width
    first = floor(since, timedelta(seconds=width))
    if model is None or done is None or done <= first:
        # The first raw bucket begins with `since` itself, as a person asked.
        return Source(first=first, until=until, width_s=width, condensed_until=since)
    return Source(first=first, until=until, width_s=width, table=model._meta.db_table, condensed_until=min(done, until))


def bucket_width(since: datetime, until: datetime, points: int) -> int:
    """Seconds per bucket: at least two polls, so that a poll a second late is not drawn as a gap."""
    if until <= since:
        raise ValueError("the end of the span must be after its start")
    if not 1 <= points <= MOST_POINTS:
        raise ValueError(f"points must be from 1 to {MOST_POINTS}")
    least: int = 2 * settings.CONFIG.intervals.poll
    return max(least, ceil((until - since).total_seconds() / points))


def _condensed(since: datetime, width_s: int, done: datetime) -> tuple[type[RollUp] | None, int]:
    """The roll-up to read, with its step in seconds."""
    kept = settings.CONFIG.retention
    reach = {Hour: kept.five_minute_days, FiveMinutes: kept.raw_days}  # what the next finer one reaches back to
    for model, step in CONDENSED:
        too_old = since < done - timedelta(days=reach[model])
        if width_s >= NEAR_ENOUGH * step.total_seconds() or too_old:
            return model, int(step.total_seconds())
    return None, 0
