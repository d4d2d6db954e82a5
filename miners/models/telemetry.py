"""What miners did: one row for every good reading. Written by COPY, dropped by the day (miners.telemetry)."""

from __future__ import annotations

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from miners.contract import State


class RealField(models.FloatField[float | None, float | None]):
    """A float of four bytes where the database has one: seven digits are more than any sensor gives."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002
        return "real"


class Telemetry(models.Model):
    """NULL: the device does not say. A failed reading leaves no row, so a gap is a gap.

    The columns stand widest first, which packs a row most tightly. `miner_id` is no foreign key: checking one would
    cost more than the row, and telemetry of a deleted miner goes with its day.
    """

    pk = models.CompositePrimaryKey("miner_id", "time")
    time = models.DateTimeField()
    miner_id = models.IntegerField()
    hashrate_ghs = RealField(null=True)
    expected_hashrate_ghs = RealField(null=True)
    power_w = RealField(null=True)  # as the device says
    wall_power_w = RealField(null=True)  # as its own plug says
    temperature_c = RealField(null=True)
    vr_temperature_c = RealField(null=True)
    fan_percent = RealField(null=True)
    fan_rpm = RealField(null=True)
    frequency_mhz = RealField(null=True)
    core_voltage_mv = RealField(null=True)
    accepted = models.IntegerField(null=True)
    rejected = models.IntegerField(null=True)
    uptime_s = models.IntegerField(null=True)
    rssi_dbm = models.SmallIntegerField(null=True)
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in State])
    mode = models.CharField(max_length=20, null=True)  # noqa: DJ001  None: cannot be told

    class Meta:
        verbose_name_plural = "telemetry"

    def __str__(self) -> str:
        return f"{self.miner_id} at {self.time:%Y-%m-%d %H:%M:%S}"
