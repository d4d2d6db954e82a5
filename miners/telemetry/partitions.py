"""The days of a partitioned table: made ahead, made when a row needs one, put in order when over, dropped when old.

SQLite has no partitions; there old rows are deleted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import Model

from miners.models import FiveMinutes, Telemetry

log = logging.getLogger(__name__)

TIMES: dict[type[Model], str] = {Telemetry: "time", FiveMinutes: "start"}  # what each is partitioned by
MAKING_A_DAY = 0x7E1E  # advisory lock: two workers may need the same day at the same moment
CLOSED_AFTER = timedelta(hours=1)  # a day still gets a late row after its midnight


def ensure(model: type[Model], days: Iterable[date]) -> None:
    """Make the partitions of `days` (UTC) that are missing."""
    if connection.vendor != "postgresql":
        return
    for day in set(days):
        # Not remembered from the last time: another process may have dropped it, a roll-back may have taken it.
        if not _exists(model, day):
            _make(model, day)


def make_ahead(now: datetime) -> None:
    """Make today and tomorrow of every table."""
    today = now.astimezone(UTC).date()
    for model in TIMES:
        ensure(model, [today, today + timedelta(days=1)])


def drop_before(model: type[Model], cutoff: datetime) -> int:
    """Drop the days that ended by `cutoff`; answers how many days (SQLite: rows) went."""
    if connection.vendor != "postgresql":
        deleted, _ = model._default_manager.filter(**{f"{TIMES[model]}__lt": cutoff}).delete()
        return deleted
    old = [day for day in _days(model) if _starts(day + timedelta(days=1)) <= cutoff]
    for day in old:
        _drop(model, day)
    return len(old)


def put_in_order(now: datetime) -> int:
    """Rewrite each day that is over in the order of its key, once: a miner's week is then read from few pages.

    Answers how many days were rewritten. A day somebody is reading is left for the next time.
    """
    if connection.vendor != "postgresql":
        return 0
    closed = (now - CLOSED_AFTER).astimezone(UTC).date()
    return sum(_cluster(name) for model in TIMES for name in _unordered(model, before=closed))


@transaction.atomic
def _make(model: type[Model], day: date) -> None:
    table, name = model._meta.db_table, _name(model, day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING_A_DAY])
        if _exists(model, day):
            return
        # Made apart and then attached: CREATE TABLE … PARTITION OF would lock out every reader.
        cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL)")
        cursor.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)",
            [_starts(day), _starts(day + timedelta(days=1))],
        )


@transaction.atomic
def _drop(model: type[Model], day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")  # else the polls would queue behind us behind a long reader
        cursor.execute(f"DROP TABLE IF EXISTS {_name(model, day)}")
    log.info("dropped %s of %s", model._meta.verbose_name_plural, day)


def _cluster(name: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(f"CLUSTER {name} USING {name}_pkey")
            cursor.execute(f"ANALYZE {name}")
    except OperationalError as error:
        log.info("%s is put in order another time: %s", name, error)
        return False
    return True


def _unordered(model: type[Model], *, before: date) -> list[str]:
    """The partitions of days before `before` that nobody has clustered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid"
            " JOIN pg_index ON indrelid = child.oid AND indisprimary"
            " WHERE inhparent = to_regclass(%s) AND NOT indisclustered AND child.relname < %s",
            [model._meta.db_table, _name(model, before)],
        )
        return [name for (name,) in cursor.fetchall()]


def _exists(model: type[Model], day: date) -> bool:
    with connection.cursor() as cursor:
        # Not to_regclass(): a session remembers that a name was missing, even past the lock above.
        cursor.execute("SELECT 1 FROM pg_class WHERE relname = %s AND relispartition", [_name(model, day)])
        return bool(cursor.fetchall())


def _days(model: type[Model]) -> list[date]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
            " WHERE inhparent = to_regclass(%s)",
            [table],
        )
        return [date.fromisoformat(name.removeprefix(f"{table}_")) for (name,) in cursor.fetchall()]


def _name(model: type[Model], day: date) -> str:
    return f"{model._meta.db_table}_{day:%Y%m%d}"


def _starts(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
