"""Which firmware a miner ran from when on."""

from __future__ import annotations

from django.db import models

from miners.models.miner import Miner


class FirmwareVersion(models.Model):
    """One row a change, written by the poller; the newest is what it runs now."""

    miner = models.ForeignKey(Miner, on_delete=models.CASCADE, related_name="firmware_versions")
    version = models.CharField(max_length=120)
    since = models.DateTimeField()  # first reading that told it

    class Meta:
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["miner", "-since"], name="firmware_miner_since")]

    def __str__(self) -> str:
        return f"{self.miner_id}: {self.version}"
