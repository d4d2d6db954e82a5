"""Telemetry as columns for a chart: buckets of equal width, a gap where nothing was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import Any

from django.conf import settings
from django.db import connection

from miners.models import Telemetry

Number = float | int | None
Columns = dict[str, list[Number]]

TABLE = Telemetry._meta.db_table
MEANS = (
    "hashrate_ghs",
    "expected_hashrate_ghs",
    "power_w",
    "wall_power_w",
    "temperature_c",
    "vr_temperature_c",
    "fan_percent",
    "fan_rpm",
    "frequency_mhz",
    "core_voltage_mv",
    "rssi_dbm",
)
COUNTERS = ("accepted", "rejected", "uptime_s")
MOST_POINTS = 5000


def series(miner_id: int, *, since: datetime, until: datetime, points: int = 300) -> Columns:
    """One miner as columns: `time` (epoch seconds, start of each bucket), means, counters, and `samples` per bucket.

    None where nothing was read or the device does not say. Raises ValueError for an empty span or absurd `points`.
    """
    width = bucket_width(since, until, points)
    values = ", ".join([*(f"avg({name})" for name in MEANS), *(f"max({name})" for name in COUNTERS), "count(*)"])
    sql = (
        f"SELECT {_bucket(width)} AS bucket, {values} FROM {TABLE}"  # noqa: S608  our own names and numbers
        " WHERE miner_id = %s AND time >= %s AND time < %s GROUP BY bucket"
    )
    rows = _fetch(sql, [miner_id, *_times(since, until)])
    return _columns((*MEANS, *COUNTERS, "samples"), rows, since, until, width)


def series_fleet(*, since: datetime, until: datetime, points: int = 300) -> Columns:
    """The whole fleet: `hashrate_ghs` and `power_w` (wall before device) summed over miners, `miners` read at all."""
    width = bucket_width(since, until, points)
    each = (
        f"SELECT {_bucket(width)} AS bucket, miner_id, avg(hashrate_ghs) AS hashrate_ghs,"  # noqa: S608
        f" avg(coalesce(wall_power_w, power_w)) AS power_w FROM {TABLE}"
        " WHERE time >= %s AND time < %s GROUP BY bucket, miner_id"
    )
    sql = f"SELECT bucket, sum(hashrate_ghs), sum(power_w), count(*) FROM ({each}) AS each GROUP BY bucket"  # noqa: S608
    rows = _fetch(sql, _times(since, until))
    return _columns(("hashrate_ghs", "power_w", "miners"), rows, since, until, width)


def bucket_width(since: datetime, until: datetime, points: int) -> int:
    """Seconds per bucket: at least two polls, so that a poll a second late is not drawn as a gap."""
    if until <= since:
        raise ValueError("the end of the span must be after its start")
    if not 1 <= points <= MOST_POINTS:
        raise ValueError(f"points must be from 1 to {MOST_POINTS}")
    least: int = 2 * settings.CONFIG.intervals.poll
    return max(least, ceil((until - since).total_seconds() / points))


def _bucket(width: int) -> str:
    if connection.vendor == "postgresql":
        return f"extract(epoch FROM date_bin('{width} seconds', time, timestamptz 'epoch'))::bigint"
    return f"CAST(strftime('%%s', time) AS integer) / {width} * {width}"


def _times(*times: datetime) -> list[Any]:
    return [connection.ops.adapt_datetimefield_value(time) for time in times]


def _fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _columns(
    names: Sequence[str], rows: Iterable[tuple[Any, ...]], since: datetime, until: datetime, width: int
) -> Columns:
    """Rows of (bucket, value…) as columns on a full time axis."""
    found = {row[0]: row[1:] for row in rows}
    first = int(since.timestamp()) // width * width
    axis = range(first, ceil(until.timestamp()), width)
    nothing = (None,) * len(names)
    table = [found.get(start, nothing) for start in axis]
    values = ([_short(value) for value in column] for column in zip(*table, strict=True))
    return {"time": list(axis), **dict(zip(names, values, strict=True))}


def _short(value: Number) -> Number:
    """Six digits are all a sensor gives, and a chart's JSON is half the size."""
    return float(f"{value:.6g}") if isinstance(value, float) else value
