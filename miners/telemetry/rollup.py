"""Condensing telemetry: finished buckets of five minutes from readings, hours from those.

Each bucket is computed whole and put in the place of what was there, so doing it again is always right: after a crash,
for readings that came late, for readings that were corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min

from hmm_project.config import Retention
from miners.models import FiveMinutes, Hour, RollUpMark, StaleBucket, Telemetry
from miners.telemetry import dialect, partitions
from miners.telemetry.columns import BOUNDED, COUNTERS, MEANS
from miners.telemetry.steps import LONGEST_STEP, steps

MARK = 1
STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
LEAST_AGE = timedelta(seconds=60)  # a shard of silent devices stores its last reading half a minute after it was taken
AT_ONCE = timedelta(hours=1)
NAMES = (
    *MEANS,
    *(f"{name}_{bound}" for name in BOUNDED for bound in ("min", "max")),
    *COUNTERS,
    *("uptime_s", "samples", "mining", "mode"),
)


def roll_up(*, now: datetime, keep: Retention) -> int:
    """Condense what is finished and what became stale; answers how many buckets of five minutes were written."""
    done_until, until = _done_until(now), floor(now - LEAST_AGE, STEP)
    begun = done_until
    while begun < until:
        end = min(begun + AT_ONCE, until)
        _write(begun, end)
        RollUpMark.objects.update_or_create(pk=MARK, defaults={"done_until": end})
        begun = end
    StaleBucket.objects.filter(start__lt=now - timedelta(days=keep.raw_days)).delete()  # its readings are dropped
    stale = list(StaleBucket.objects.filter(start__lt=until).values_list("start", flat=True))
    for start in stale:
        _write(start, start + STEP)
        StaleBucket.objects.filter(start=start).delete()
    return max(0, (until - done_until) // STEP) + len(stale)


def done_until() -> datetime | None:
    """Up to when the roll-ups hold everything; None: nothing was rolled up yet."""
    return RollUpMark.objects.filter(pk=MARK).values_list("done_until", flat=True).first()


def note_late(times: Iterable[datetime]) -> None:
    """Remember the buckets of readings that come after their bucket was condensed."""
    times, done = list(times), done_until()
    if done is None or not times or min(times) >= done:
        return
    late = {floor(time, STEP) for time in times if time < done}
    StaleBucket.objects.bulk_create([StaleBucket(start=start) for start in late], ignore_conflicts=True)


def forget(*, five_minutes_before: datetime, hours_before: datetime) -> None:
    """Drop what is older than it is to be kept."""
    partitions.drop_before(FiveMinutes, five_minutes_before)
    Hour.objects.filter(start__lt=hours_before).delete()


def _done_until(now: datetime) -> datetime:
    known = done_until()
    if known is None:
        known = Telemetry.objects.filter(time__lte=now).aggregate(first=Min("time"))["first"] or now
    return floor(known, STEP)


@transaction.atomic
def _write(since: datetime, until: datetime) -> None:
    partitions.ensure(FiveMinutes, [since.date(), (until - STEP).date()])
    FiveMinutes.objects.filter(start__gte=since, start__lt=until).delete()
    _execute(_five_minutes(), [since - LONGEST_STEP, until, since])
    since_hour, until_hour = floor(since, HOUR), floor(until - STEP, HOUR) + HOUR
    Hour.objects.filter(start__gte=since_hour, start__lt=until_hour).delete()
    _execute(_hours(), [since_hour, until_hour])


def _five_minutes() -> str:
    values = (
        *(f"avg({name})" for name in MEANS),
        *(f"{bound}({name})" for name in BOUNDED for bound in ("min", "max")),
        *(f"sum({name})" for name in COUNTERS),
        "max(uptime_s)",
        "count(*)",
        "count(*) FILTER (WHERE state = 'mining')",
        "CASE WHEN min(mode) = max(mode) THEN min(mode) END",
    )
    return _insert(
        FiveMinutes._meta.db_table, values, f"{steps('time >= %s AND time < %s')} WHERE time >= %s", "time", STEP
    )


def _hours() -> str:
    values = (
        *(weighted(name) for name in MEANS),
        *(f"{bound}({name}_{bound})" for name in BOUNDED for bound in ("min", "max")),
        *(f"sum({name})" for name in COUNTERS),
        "max(uptime_s)",
        "sum(samples)",
        "sum(mining)",
        "CASE WHEN min(mode) = max(mode) AND count(mode) = count(*) THEN min(mode) END",
    )
    source = f"{FiveMinutes._meta.db_table} WHERE start >= %s AND start < %s"
    return _insert(Hour._meta.db_table, values, source, "start", HOUR)


def weighted(name: str) -> str:
    """A mean of means, each with the weight of its samples."""
    return f"sum({name} * samples) / sum(samples) FILTER (WHERE {name} IS NOT NULL)"


def _insert(table: str, values: Sequence[str], source: str, time: str, width: timedelta) -> str:
    bucket = dialect.bucket(time, int(width.total_seconds()))
    condensed = ", ".join(f"{value} AS {name}" for name, value in zip(NAMES, values, strict=True))
    return (
        f"INSERT INTO {table} (start, miner_id, {', '.join(NAMES)})"  # noqa: S608  our own names and numbers
        f" SELECT {dialect.instant('bucket')}, miner_id, {', '.join(NAMES)} FROM"
        f" (SELECT {bucket} AS bucket, miner_id, {condensed} FROM {source} GROUP BY 1, 2) AS condensed"
    )


def _execute(sql: str, times: Sequence[datetime]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [dialect.parameter(time) for time in times])


def floor(time: datetime, width: timedelta) -> datetime:
    """The start of the bucket of `width` (whole seconds) that `time` lies in; buckets are counted from the epoch."""
    seconds = int(width.total_seconds())
    return datetime.fromtimestamp(int(time.timestamp()) // seconds * seconds, tz=UTC)
