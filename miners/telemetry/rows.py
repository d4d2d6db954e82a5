"""Rows of telemetry and how they are stored: one COPY for a whole batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection
from django.dispatch import Signal

from miners.models import Telemetry
from miners.telemetry import partitions, rollup


class Row(NamedTuple):
    """One good reading, in the order of the table's columns. A tuple because COPY takes it as it is."""

    time: datetime
    miner_id: int
    hashrate_ghs: float | None = None
    expected_hashrate_ghs: float | None = None
    power_w: float | None = None
    wall_power_w: float | None = None
    temperature_c: float | None = None
    vr_temperature_c: float | None = None
    fan_percent: float | None = None
    fan_rpm: float | None = None
    frequency_mhz: float | None = None
    core_voltage_mv: float | None = None
    accepted: int | None = None
    rejected: int | None = None
    uptime_s: int | None = None
    rssi_dbm: int | None = None
    state: str = "unknown"
    mode: str | None = None


TYPES = ["timestamptz", "int4", *["float4"] * 10, *["int4"] * 3, "int2", "varchar", "varchar"]
COPY = f"COPY {Telemetry._meta.db_table} ({', '.join(Row._fields)}) FROM STDIN (FORMAT BINARY)"

stored = Signal()  # `times` of readings, in the transaction that stores them


def append(rows: Sequence[Row]) -> None:
    """Store `rows`, all or none. Raises IntegrityError when a miner has a row of that very time already."""
    if not rows:
        return
    rollup.note_late(row.time for row in rows)
    stored.send(Telemetry, times=[row.time for row in rows])
    if connection.vendor != "postgresql":
        Telemetry.objects.bulk_create([Telemetry(**row._asdict()) for row in rows])
        return
    partitions.ensure(Telemetry, (row.time.astimezone(UTC).date() for row in rows))
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(COPY) as copy:
        copy.set_types(TYPES)
        for row in rows:
            copy.write_row(row)
