"""Readings with what their counters gained since the reading before: SQL for a FROM clause."""

from __future__ import annotations

from datetime import timedelta

from miners.models import Telemetry
from miners.telemetry import dialect
from miners.telemetry.columns import COUNTERS, MEANS

TABLE = Telemetry._meta.db_table
LONGEST_STEP = timedelta(minutes=5)  # a gain over a longer gap belongs to no bucket: nobody knows when it came
KEPT = ("miner_id", "time", *MEANS, "uptime_s", "state", "mode")


def steps(where: str) -> str:
    """A subquery: the columns of telemetry, `accepted` and `rejected` being gains, NULL without a reading close before.

    A counter that went back, or an uptime that did, began anew with the device: then the counter itself is the gain.
    `where` should begin LONGEST_STEP before what is wanted.
    """
    before = ", ".join(f"lag({name}) OVER earlier AS {name}_before" for name in (*COUNTERS, "uptime_s", "time"))
    inner = (
        f"SELECT {', '.join(KEPT)}, {', '.join(COUNTERS)}, {before} FROM {TABLE} WHERE {where}"  # noqa: S608  our own
        " WINDOW earlier AS (PARTITION BY miner_id ORDER BY time)"
    )
    gains = ", ".join(f"{_gain(name)} AS {name}" for name in COUNTERS)
    return f"(SELECT {', '.join(KEPT)}, {gains} FROM ({inner}) AS pairs) AS steps"  # noqa: S608


def _gain(name: str) -> str:
    close = f"{dialect.seconds_between('time_before', 'time')} <= {LONGEST_STEP.total_seconds():.0f}"
    began_anew = f"{name} < {name}_before OR uptime_s < uptime_s_before"
    return f"CASE WHEN {close} THEN CASE WHEN {began_anew} THEN {name} ELSE {name} - {name}_before END END"
