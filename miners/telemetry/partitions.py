"""The days of the telemetry table: made ahead, made when a row needs one, dropped when old.

SQLite has no partitions; there old rows are deleted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from miners.models import Telemetry

log = logging.getLogger(__name__)

TABLE = Telemetry._meta.db_table
MAKING_A_DAY = 0x7E1E  # advisory lock: two workers may need the same day at the same moment


def ensure(days: Iterable[date]) -> None:
    """Make the partitions of `days` (UTC) that are missing."""
    if connection.vendor != "postgresql":
        return
    for day in set(days):
        # Not remembered from the last time: another process may have dropped it, a roll-back may have taken it.
        if not _exists(day):
            _make(day)


def maintain(*, now: datetime, keep_days: int) -> int:
    """Make today and tomorrow, drop what is older than `keep_days`; answers how many days (SQLite: rows) went."""
    cutoff = now - timedelta(days=keep_days)
    if connection.vendor != "postgresql":
        deleted, _ = Telemetry.objects.filter(time__lt=cutoff).delete()
        return deleted
    today = now.astimezone(UTC).date()
    ensure([today, today + timedelta(days=1)])
    old = [day for day in _days() if _starts(day + timedelta(days=1)) <= cutoff]
    for day in old:
        _drop(day)
    return len(old)


@transaction.atomic
def _make(day: date) -> None:
    name = _name(day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING_A_DAY])
        if _exists(day):
            return
        # Made apart and then attached: CREATE TABLE … PARTITION OF would lock out every reader.
        cursor.execute(f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING ALL)")
        cursor.execute(
            f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)",
            [_starts(day), _starts(day + timedelta(days=1))],
        )


@transaction.atomic
def _drop(day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")  # else the polls would queue behind us behind a long reader
        cursor.execute(f"DROP TABLE IF EXISTS {_name(day)}")
    log.info("dropped the telemetry of %s", day)


def _exists(day: date) -> bool:
    with connection.cursor() as cursor:
        # Not to_regclass(): a session remembers that a name was missing, even past the lock above.
        cursor.execute("SELECT 1 FROM pg_class WHERE relname = %s AND relispartition", [_name(day)])
        return bool(cursor.fetchall())


def _days() -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
            " WHERE inhparent = to_regclass(%s)",
            [TABLE],
        )
        return [date.fromisoformat(name.removeprefix(f"{TABLE}_")) for (name,) in cursor.fetchall()]


def _name(day: date) -> str:
    return f"{TABLE}_{day:%Y%m%d}"


def _starts(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
