"""The ledger: every write to a device or a plug, with who, why and outcome. One row a command, never changed later."""

from __future__ import annotations

from django.db import models

from miners.models.miner import Miner
from miners.models.power import Switch


class Action(models.TextChoices):
    MODE = "mode"
    POOL = "pool"
    PAUSE = "pause"
    RESUME = "resume"
    SHUTDOWN = "shutdown"
    RESTART = "restart"
    IDENTIFY = "identify"
    TUNE = "tune"
    PLUG_ON = "plug-on"
    PLUG_OFF = "plug-off"


class Outcome(models.TextChoices):
    VERIFIED = "verified"  # read back, and it is so
    UNVERIFIED = "unverified"  # accepted, but the read-back does not show it
    REFUSED = "refused"  # the device or a rule of ours said no
    UNREACHABLE = "unreachable"
    SHADOWED = "shadowed"  # SHADOW or PAUSED: nothing was sent
    UNCHANGED = "unchanged"  # already as wanted: nothing was sent


class Command(models.Model):
    time = models.DateTimeField(db_index=True)
    miner = models.ForeignKey(Miner, null=True, on_delete=models.SET_NULL, related_name="commands")
    switch = models.ForeignKey(Switch, null=True, on_delete=models.SET_NULL, related_name="commands")
    name = models.CharField(max_length=60)  # of the miner or plug, kept when it is gone
    action = models.CharField(max_length=10, choices=Action.choices)
    argument = models.JSONField(default=dict)  # such as {"mode": "eco"}
    actor = models.CharField(max_length=80)  # a user's name, or "strategy"
    because = models.TextField(blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    detail = models.TextField(blank=True)  # the device's answer or the reason
    sent = models.BooleanField(default=False)  # something was written: cool-down, back-off and budget count these
    restarts = models.BooleanField(default=False)  # the device boots because of it
    duration_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-time", "-pk"]
        indexes = [models.Index(fields=["miner", "-time"], name="command_miner_time")]

    def __str__(self) -> str:
        return f"{self.action} {self.name}: {self.outcome}"

    @property
    def what(self) -> str:
        """What was ordered, for a person: "mode eco", "tune 490 MHz at 1100 mV"."""
        given = self.argument
        if self.action == Action.TUNE:
            return f"tune {given.get('frequency_mhz', 0):g} MHz at {given.get('core_voltage_mv', 0):g} mV"
        argument = given.get("mode") or given.get("pool")
        return " ".join(word for word in (self.action.replace("-", " "), argument) if word)
