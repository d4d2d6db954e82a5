"""Telemetry as columns for a chart: buckets of equal width, a gap where nothing was read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from miners.telemetry import dialect, sources
from miners.telemetry.columns import BOUNDED, COUNTERS, MEANS
from miners.telemetry.rollup import weighted
from miners.telemetry.sources import Source
from miners.telemetry.steps import LONGEST_STEP, TABLE, steps

Number = float | int | None
Columns = dict[str, list[Number]]

NAMES = (*MEANS, *COUNTERS, "uptime_s")


def series(
    miner_id: int,
    *,
    since: datetime,
    until: datetime,
    points: int = 300,
    names: Collection[str] = NAMES,
    bounds: bool = False,
) -> Columns:
    """One miner as columns: `time` (epoch seconds, start of each bucket), `names`, `samples` and `coverage`.

    Means; with `bounds` also `…_min` and `…_max` of what swings; shares are those of the bucket, uptime its longest.
    `coverage` is the share of the expected readings that came, from 0 to 1. None where nothing was read or the device
    does not say. Raises ValueError for an empty span, absurd `points` or a name that does not exist.
    """
    if unknown := [name for name in names if name not in NAMES]:
        raise ValueError(f"there is no series {unknown[0]!r}; there are {', '.join(NAMES)}")
    source = sources.choose(since, until, points)
    values = {name: _value(name) for name in NAMES if name in names}
    if bounds:
        chosen = [name for name in BOUNDED if name in names]
        values |= {f"{name}_{bound}": f"{bound}({name}_{bound})" for name in chosen for bound in ("min", "max")}
    values["samples"] = dialect.whole("sum(samples)")
    sql, parameters = _readings(source, miner_id)
    rows = _fetch(
        f"SELECT {dialect.bucket('time', source.width_s)} AS bucket, {', '.join(values.values())}"  # noqa: S608
        f" FROM {sql} AS readings GROUP BY bucket",
        parameters,
    )
    columns = _columns([*values], rows, source)
    expected = source.width_s / settings.CONFIG.intervals.poll
    columns["coverage"] = [min(1.0, round((samples or 0) / expected, 3)) for samples in columns["samples"]]
    return columns


def series_fleet(*, since: datetime, until: datetime, points: int = 300) -> Columns:
    """The whole fleet: `hashrate_ghs` and `power_w` (wall before device) summed over miners, `miners` read at all."""
    source = sources.choose(since, until, points)
    bucket = dialect.bucket("time", source.width_s)
    readings, parameters = _fleet_readings(source)
    each = (
        f"SELECT {bucket} AS bucket, miner_id, {weighted('hashrate_ghs')} AS hashrate_ghs,"  # noqa: S608
        f" {weighted('power_w')} AS power_w FROM {readings} AS readings GROUP BY 1, 2"
    )
    sums = ", ".join(dialect.short(f"sum({name})") for name in ("hashrate_ghs", "power_w"))
    sql = f"SELECT bucket, {sums}, count(*) FROM ({each}) AS each GROUP BY bucket"  # noqa: S608
    return _columns(("hashrate_ghs", "power_w", "miners"), _fetch(sql, parameters), source)


def _value(name: str) -> str:
    if name in MEANS:
        return dialect.short(weighted(name))
    return dialect.whole(f"sum({name})") if name in COUNTERS else f"max({name})"


def _readings(source: Source, miner_id: int) -> tuple[str, list[Any]]:
    """Readings of one miner in the shape of a roll-up: condensed ones, then raw ones, each its own least and most."""
    own = [f"{name} AS {name}_{bound}" for name in BOUNDED for bound in ("min", "max")]
    later = steps("miner_id = %s AND time >= %s AND time < %s")
    raw = f"SELECT time, {', '.join([*NAMES, *own])}, 1 AS samples FROM {later} WHERE time >= %s"  # noqa: S608
    begun = source.condensed_until
    parameters = [miner_id, *_times(begun - LONGEST_STEP, source.until, begun)]
    if source.table is None:
        return f"({raw})", parameters
    bounds = [f"{name}_{bound}" for name in BOUNDED for bound in ("min", "max")]
    condensed = (
        f"SELECT start AS time, {', '.join([*NAMES, *bounds])}, samples FROM {source.table}"  # noqa: S608
        " WHERE miner_id = %s AND start >= %s AND start < %s"
    )
    return f"({condensed} UNION ALL {raw})", [miner_id, *_times(source.first, begun), *parameters]


def _fleet_readings(source: Source) -> tuple[str, list[Any]]:
    watts = "coalesce(wall_power_w, power_w) AS power_w"
    raw = f"SELECT time, miner_id, hashrate_ghs, {watts}, 1 AS samples FROM {TABLE} WHERE time >= %s AND time < %s"  # noqa: S608
    parameters = _times(source.condensed_until, source.until)
    if source.table is None:
        return f"({raw})", parameters
    condensed = (
        f"SELECT start AS time, miner_id, hashrate_ghs, {watts}, samples FROM {source.table}"  # noqa: S608
        " WHERE start >= %s AND start < %s"
    )
    return f"({condensed} UNION ALL {raw})", [*_times(source.first, source.condensed_until), *parameters]


def _times(*times: datetime) -> list[Any]:
    return [dialect.parameter(time) for time in times]


def _fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _columns(names: Sequence[str], rows: Iterable[tuple[Any, ...]], source: Source) -> Columns:
    """Rows of (bucket, value…) as columns on a full time axis."""
    found = {int(row[0]): row[1:] for row in rows}
    nothing = (None,) * len(names)
    table = zip(*(found.get(start, nothing) for start in source.axis), strict=True)
    return {"time": list(source.axis), **{name: list(column) for name, column in zip(names, table, strict=True)}}
