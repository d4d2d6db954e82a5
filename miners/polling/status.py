"""What every miner is doing now: one statement for a whole shard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection

from miners.adapters.options import to_json
from miners.contract import Capability
from miners.models import MinerStatus
from miners.polling.judging import Verdict
from miners.polling.observation import Observation

TABLE = MinerStatus._meta.db_table

# Taken from a good reading as they are; a failed one keeps the last values.
MEASURED = {
    "hashrate_ghs": "float8",
    "expected_hashrate_ghs": "float8",
    "power_w": "float8",
    "temperature_c": "float8",
    "vr_temperature_c": "float8",
    "fan_rpm": "float8",
    "fan_percent": "float8",
    "frequency_mhz": "float8",
    "core_voltage_mv": "float8",
    "mode": "text",
    "accepted": "int8",
    "rejected": "int8",
    "best_difficulty": "float8",
    "uptime_s": "int8",
    "rssi_dbm": "int2",
    "pool_url": "text",
    "pool_user": "text",
    "overheated": "bool",
    "fault": "text",
    "needs_code": "bool",
}
# Facts that outlive a reading which does not repeat them.
LASTING = {"firmware": "text", "model": "text", "hostname": "text", "options": "jsonb"}
JUDGED = {"state": "text", "failures": "int4", "failure": "text", "polled_at": "timestamptz"}
TYPES = {"miner_id": "int8", **JUDGED, **MEASURED, **LASTING, "capabilities": "jsonb"}

SET = ", ".join(
    [
        *(f"{name} = seen.{name}" for name in JUDGED),
        "since = CASE WHEN s.state = seen.state THEN s.since ELSE seen.polled_at END",
        "seen_at = CASE WHEN seen.failure = '' THEN seen.polled_at ELSE s.seen_at END",
        *(f"{name} = CASE WHEN seen.failure = '' THEN seen.{name} ELSE s.{name} END" for name in MEASURED),
        *(f"{name} = COALESCE(seen.{name}, s.{name})" for name in LASTING),
        "capabilities = CASE WHEN seen.failure = '' THEN seen.capabilities ELSE s.capabilities END",
    ]
)
# A command may have read its miner back after our reading and before this statement: the newer observation stays.
WHERE = "s.miner_id = seen.miner_id AND (s.polled_at IS NULL OR s.polled_at <= seen.polled_at)"
COLUMNS = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
EXTRACTED = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in TYPES)
SOURCES = {
    "postgresql": f"json_to_recordset(%s::json) AS seen ({COLUMNS})",
    "sqlite": f"(SELECT {EXTRACTED} FROM json_each(%s)) AS seen",  # noqa: S608  our own names
}


def store(judged: Iterable[tuple[Observation, Verdict]]) -> None:
    """Write what was seen. A miner deleted meanwhile is passed over, a newer observation is left as it is."""
    rows = [_row(seen, verdict) for seen, verdict in judged]
    sql = f"UPDATE {TABLE} AS s SET {SET} FROM {SOURCES[connection.vendor]} WHERE {WHERE}"  # noqa: S608  own names
    with connection.cursor() as cursor:
        cursor.execute(sql, [orjson.dumps(rows).decode()])


def _row(seen: Observation, verdict: Verdict) -> dict[str, Any]:
    row: dict[str, Any] = {
        "miner_id": seen.candidate.miner_id,
        "state": verdict.state,
        "failures": verdict.failures,
        "failure": seen.failure,
        "polled_at": _time(seen.time),
    }
    reading = seen.reading
    if reading is None:
        return row
    for name in MEASURED:
        row[name] = getattr(reading, name)
    row["firmware"], row["model"], row["hostname"] = reading.firmware, reading.model, reading.hostname
    row["capabilities"] = _sorted(reading.capabilities)
    if reading.options is not None and reading.options != seen.candidate.target.options:
        row["options"] = to_json(reading.options)
    return row


def _time(time: datetime) -> str:
    return str(connection.ops.adapt_datetimefield_value(time))


@lru_cache(maxsize=256)
def _sorted(capabilities: frozenset[Capability]) -> list[str]:
    return sorted(capabilities)
