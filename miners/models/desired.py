"""What a miner should be doing: one row each, one writer (strategy.act), so it can be compared with what is."""

from __future__ import annotations

from django.db import models

from miners.models.miner import Miner


class Power(models.TextChoices):
    """Whether a miner should run. LEAVE: nobody has decided yet."""

    ON = "on"
    OFF = "off"
    LEAVE = "leave"


class DesiredState(models.Model):
    miner = models.OneToOneField(Miner, on_delete=models.CASCADE, primary_key=True, related_name="desired")
    power = models.CharField(max_length=6, choices=Power.choices, default=Power.LEAVE)
    mode = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001  None: leave it
    pool_id = models.BigIntegerField(null=True, blank=True)  # None: leave it; miners do not know pools
    champion = models.BooleanField(default=False)
    in_force = models.BooleanField(default=False)  # LIVE; else it is what would be done
    uncontrollable = models.BooleanField(default=False)  # should be off, and nothing can switch it off
    because = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.miner_id}: {self.power} {self.mode or ''}"
