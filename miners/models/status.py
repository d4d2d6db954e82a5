"""What a miner was last seen doing: one row each, written in bulk by the poller, read by every page."""

from __future__ import annotations

from django.db import models

from miners.contract import State
from miners.models.miner import Miner


class MinerStatus(models.Model):
    """Values of the last good reading; `state` alone changes when a reading fails."""

    miner = models.OneToOneField(Miner, on_delete=models.CASCADE, primary_key=True, related_name="status")
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in State], default="unknown")
    since = models.DateTimeField(null=True)  # when `state` last changed
    polled_at = models.DateTimeField(null=True)  # last attempt
    seen_at = models.DateTimeField(null=True)  # last good reading
    failures = models.PositiveIntegerField(default=0)  # in a row
    failure = models.TextField(blank=True)  # why the last attempt failed, one sentence
    hashrate_ghs = models.FloatField(null=True)
    expected_hashrate_ghs = models.FloatField(null=True)
    power_w = models.FloatField(null=True)
    temperature_c = models.FloatField(null=True)
    vr_temperature_c = models.FloatField(null=True)
    fan_rpm = models.FloatField(null=True)
    fan_percent = models.FloatField(null=True)
    frequency_mhz = models.FloatField(null=True)
    core_voltage_mv = models.FloatField(null=True)
    mode = models.CharField(max_length=20, null=True)  # noqa: DJ001  None: cannot be told
    accepted = models.BigIntegerField(null=True)
    rejected = models.BigIntegerField(null=True)
    best_difficulty = models.FloatField(null=True)
    uptime_s = models.BigIntegerField(null=True)
    rssi_dbm = models.SmallIntegerField(null=True)
    pool_url = models.CharField(max_length=300, null=True)  # noqa: DJ001  host:port
    pool_user = models.CharField(max_length=300, null=True)  # noqa: DJ001
    firmware = models.CharField(max_length=120, null=True)  # noqa: DJ001
    model = models.CharField(max_length=120, null=True)  # noqa: DJ001
    hostname = models.CharField(max_length=120, null=True)  # noqa: DJ001
    overheated = models.BooleanField(default=False)
    fault = models.TextField(null=True)  # noqa: DJ001
    needs_code = models.BooleanField(default=False)  # its settings take a one-time code of a person
    capabilities = models.JSONField(default=list)  # of miners.contract.Capability
    options = models.JSONField(null=True)  # miners.contract.Options

    class Meta:
        verbose_name_plural = "miner statuses"

    def __str__(self) -> str:
        return f"{self.miner_id}: {self.state}"
