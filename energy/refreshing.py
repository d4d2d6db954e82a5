"""When prices should be fetched, and when what is known is too little. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_ENDS = time(23)  # local: an Agile day is a day of the continental market
PUBLISHED_FROM = time(15, 55)  # tomorrow's prices come from about 16:00 on
PUBLISHED_BY = time(20)  # later than that is worth an alert
WHILE_AWAITED = timedelta(minutes=15)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
TOO_OLD = timedelta(hours=12)
LONGEST_LEAVE = timedelta(hours=6)  # no source is believed to want more


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is remembered of fetching one tariff's prices. All times UTC."""

    attempted_at: datetime | None = None
    refreshed_at: datetime | None = None  # last good answer
    newest_end: datetime | None = None  # end of the last known slot
    failures: int = 0  # in a row
    not_before: datetime | None = None  # the source asked to be left alone until then


def refresh_due(now: datetime, history: History, *, interval: timedelta, zone: ZoneInfo) -> bool:
    """Whether to fetch now: every `interval`, every 15 minutes while published prices are missing.

    After failures the wait doubles from one minute, up to 15 minutes while prices are missing, else up to an hour.
    """
    if left_alone(now, history.not_before):
        return False
    if history.attempted_at is None or history.attempted_at > now:  # the clock was wrong when it was written
        return True
    awaited = history.newest_end is None or history.newest_end < published_end(now, zone, PUBLISHED_FROM)
    if history.failures:
        wait = min(FIRST_RETRY * (1 << min(history.failures - 1, 10)), WHILE_AWAITED if awaited else LONGEST_RETRY)
    else:
        wait = min(WHILE_AWAITED, interval) if awaited else interval
    return now - history.attempted_at >= wait


def left_alone(now: datetime, not_before: datetime | None) -> bool:
    """Whether the source asked for no request yet. A time that only a wrong clock can have written does not count."""
    return not_before is not None and timedelta() < not_before - now <= LONGEST_LEAVE


def published_end(now: datetime, zone: ZoneInfo, published: time) -> datetime:
    """The end (UTC) of what should be known: today 23:00 local, from `published` on tomorrow 23:00."""
    local = now.astimezone(zone)
    days = 1 if local.time() >= published else 0
    return datetime.combine(local.date() + timedelta(days=days), DAY_ENDS, zone).astimezone(UTC)


def problem(now: datetime, history: History, *, interval: timedelta, zone: ZoneInfo) -> str | None:
    """One sentence on why the known prices cannot be relied on; None while they can."""
    end = history.newest_end
    if end is None:
        return "No price is known yet." if history.failures else None
    until = f"{end.astimezone(zone):%H:%M on %d %B}"
    if end <= now:
        return f"No price is known since {until}."
    if end < published_end(now, zone, PUBLISHED_BY):
        return f"Prices are known only until {until}: the next day's should have been published."
    if history.refreshed_at is not None and now - history.refreshed_at >= max(TOO_OLD, 3 * interval):
        return f"Prices could not be refreshed since {history.refreshed_at.astimezone(zone):%H:%M on %d %B}."
    return None


def window_start(now: datetime, newest_end: datetime | None, *, zone: ZoneInfo, longest: timedelta) -> datetime:
    """From when to fetch: yesterday's first local minute, earlier where a gap has to be filled (at most `longest`)."""
    yesterday = datetime.combine(now.astimezone(zone).date() - timedelta(days=1), time(), zone).astimezone(UTC)
    if newest_end is None:
        return yesterday
    return max(min(yesterday, newest_end), now - longest)
