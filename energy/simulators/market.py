"""What the simulated day-ahead market publishes: the made-up wholesale price, per MWh, in market days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from energy.simulators.curve import wholesale_pence

ZONE = ZoneInfo("Europe/Berlin")
PUBLISHED_AT = time(12, 45)
PER_MWH = 10  # from pence per kWh


def published_until(now: datetime) -> datetime:
    """The end of the last market day whose prices are known."""
    local = now.astimezone(ZONE)
    days = 2 if local.time() >= PUBLISHED_AT else 1
    return datetime.combine(local.date() + timedelta(days=days), time(), ZONE).astimezone(UTC)


def day_of(day: date) -> tuple[datetime, datetime]:
    """Beginning and end of a market day."""
    start = datetime.combine(day, time(), ZONE).astimezone(UTC)
    return start, datetime.combine(day + timedelta(days=1), time(), ZONE).astimezone(UTC)


def starts(since: datetime, until: datetime, length: timedelta) -> Iterator[datetime]:
    """The slots that overlap [since, until)."""
    at = since - timedelta(seconds=since.timestamp() % length.total_seconds())
    while at < until:
        yield at
        at += length


def per_mwh(at: datetime) -> float:
    return round(wholesale_pence(at.astimezone(ZONE)) * PER_MWH, 2)
