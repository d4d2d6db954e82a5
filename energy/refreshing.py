"""When prices should be fetched, and when what is known is too little. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from energy.contract import Rhythm

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
BETWEEN_PAGES = timedelta(minutes=1)  # of the past that is filled in
TOO_OLD = timedelta(hours=12)
LONGEST_LEAVE = timedelta(hours=6)  # no source is believed to want more
WIDEST_JITTER_S = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is remembered of fetching one tariff's prices. All times UTC."""

    attempted_at: datetime | None = None
    refreshed_at: datetime | None = None  # last good answer
    newest_end: datetime | None = None  # end of the last known slot
    failures: int = 0  # in a row
    not_before: datetime | None = None  # the source asked to be left alone until then
    has_gap: bool = False  # older prices are still to be fetched


def refresh_due(
    now: datetime, history: History, *, interval: timedelta, rhythm: Rhythm, jitter: timedelta = timedelta()
) -> bool:
    """Whether to fetch now: every `interval`, more often while published prices are missing.

    After failures the wait doubles from one minute, up to the rhythm's while prices are missing, else up to an hour.
    `jitter` is this installation's delay, so that not everybody asks in the same second.
    """
    if left_alone(now, history.not_before):
        return False
    if history.attempted_at is None or history.attempted_at > now:  # the clock was wrong when it was written
        return True
    end = expected_end(now - jitter, rhythm, rhythm.published_from)
    awaited = history.newest_end is None or history.newest_end < end
    return now - history.attempted_at >= _wait(history, awaited, rhythm, min(interval, rhythm.interval or interval))


def _wait(history: History, awaited: bool, rhythm: Rhythm, interval: timedelta) -> timedelta:
    if history.failures:
        longest = max(rhythm.while_awaited, FIRST_RETRY) if awaited else LONGEST_RETRY
        return min(FIRST_RETRY * (1 << min(history.failures - 1, 10)), longest)
    wait = min(rhythm.while_awaited, interval) if awaited else interval
    return min(wait, BETWEEN_PAGES) if history.has_gap else wait


def jitter_of(installation: str) -> timedelta:
    """Always the same for one installation: up to four minutes."""
    digest = hashlib.sha256(f"prices {installation}".encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:4], "big") % WIDEST_JITTER_S)


def left_alone(now: datetime, not_before: datetime | None) -> bool:
    """Whether the source asked for no request yet. A time that only a wrong clock can have written does not count."""
    return not_before is not None and timedelta() < not_before - now <= LONGEST_LEAVE


def expected_end(now: datetime, rhythm: Rhythm, published: time) -> datetime:
    """The end (UTC) of what should be known: of today's prices, from `published` on of tomorrow's."""
    if rhythm.day_ends is None:
        return now + rhythm.ahead
    local = now.astimezone(rhythm.zone)
    days = (1 if local.time() >= published else 0) + (rhythm.day_ends == time())  # midnight ends the day before it
    return datetime.combine(local.date() + timedelta(days=days), rhythm.day_ends, rhythm.zone).astimezone(UTC)


def problem(now: datetime, history: History, *, interval: timedelta, rhythm: Rhythm) -> str | None:
    """One sentence on why the known prices cannot be relied on; None while they can."""
    end = history.newest_end
    if end is None:
        return "No price is known yet." if history.failures or not rhythm.fetched else None
    until = f"{end.astimezone(rhythm.zone):%H:%M on %d %B}"
    if end + rhythm.patience <= now:
        return f"No price is known since {until}."
    if end + rhythm.patience < expected_end(now, rhythm, rhythm.published_by):
        return f"Prices are known only until {until}: {rhythm.missing}"
    if rhythm.fetched and history.refreshed_at is not None and now - history.refreshed_at >= max(TOO_OLD, 3 * interval):
        return f"Prices could not be refreshed since {history.refreshed_at.astimezone(rhythm.zone):%H:%M on %d %B}."
    return None


def window_start(now: datetime, newest_end: datetime | None, *, rhythm: Rhythm, longest: timedelta) -> datetime:
    """From when to fetch: yesterday's first local minute, earlier where a gap has to be filled (at most `longest`).

    A source that is worked out here goes on where it stopped: a new price does not change the days gone by.
    """
    day = now.astimezone(rhythm.zone).date() - timedelta(days=1)
    yesterday = datetime.combine(day, time(), rhythm.zone).astimezone(UTC)
    if newest_end is None:
        return yesterday
    return max(newest_end if rhythm.keeps_past else min(yesterday, newest_end), now - longest)


def gap_before(
    start: datetime, newest_end: datetime | None, *, now: datetime, longest: timedelta
) -> tuple[datetime, datetime] | None:
    """What a fetch from `start` on leaves unknown after a long absence, at most `longest` ago; None: nothing."""
    if newest_end is None or newest_end >= start:
        return None
    since = max(newest_end, now - longest)
    return (since, start) if since < start else None
