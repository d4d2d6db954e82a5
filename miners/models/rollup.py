"""Telemetry condensed: one row a miner and bucket of five minutes, one a miner and hour (miners.telemetry.rollup)."""

from __future__ import annotations

from django.db import models

from miners.models.telemetry import RealField


class RollUp(models.Model):
    """Means over the readings of a bucket; the least and the most of what is measured and swings.

    NULL: no reading told it. A bucket without readings has no row. `miner_id` is no foreign key, as in Telemetry.
    """

    pk = models.CompositePrimaryKey("miner_id", "start")
    start = models.DateTimeField()
    miner_id = models.IntegerField()
    hashrate_ghs = RealField(null=True)
    hashrate_ghs_min = RealField(null=True)
    hashrate_ghs_max = RealField(null=True)
    expected_hashrate_ghs = RealField(null=True)
    power_w = RealField(null=True)
    power_w_min = RealField(null=True)
    power_w_max = RealField(null=True)
    wall_power_w = RealField(null=True)
    wall_power_w_min = RealField(null=True)
    wall_power_w_max = RealField(null=True)
    temperature_c = RealField(null=True)
    temperature_c_min = RealField(null=True)
    temperature_c_max = RealField(null=True)
    vr_temperature_c = RealField(null=True)
    vr_temperature_c_min = RealField(null=True)
    vr_temperature_c_max = RealField(null=True)
    fan_percent = RealField(null=True)
    fan_rpm = RealField(null=True)
    frequency_mhz = RealField(null=True)
    core_voltage_mv = RealField(null=True)
    rssi_dbm = RealField(null=True)
    accepted = models.IntegerField(null=True)  # shares in this bucket: the counters' steps, a reset being a step from 0
    rejected = models.IntegerField(null=True)
    uptime_s = models.IntegerField(null=True)  # at most
    samples = models.IntegerField()
    mining = models.IntegerField()  # of the samples, those in state mining
    mode = models.CharField(max_length=20, null=True)  # noqa: DJ001  None: none told, or more than one

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.miner_id} from {self.start:%Y-%m-%d %H:%M}"


class FiveMinutes(RollUp):
    class Meta:
        verbose_name_plural = "five minutes"


class Hour(RollUp):
    class Meta:
        verbose_name_plural = "hours"


class RollUpMark(models.Model):
    """How far the roll-ups are; one row (pk 1)."""

    done_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"until {self.done_until:%Y-%m-%d %H:%M}"


class StaleBucket(models.Model):
    """Five minutes that were rolled up before their last reading came: to be done again."""

    start = models.DateTimeField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M}"
