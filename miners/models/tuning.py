"""Settings of a board that proved good, kept under a name."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from miners.models.audited import Audited


class TuningProfile(Audited, models.Model):
    """A frequency and the core voltage it needs, for boards of one model."""

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=40)
    model = models.CharField(max_length=120, help_text="As the device says it, such as Bitaxe Gamma 601")
    frequency_mhz = models.FloatField("frequency (MHz)", validators=[MinValueValidator(1), MaxValueValidator(10_000)])
    core_voltage_mv = models.FloatField(
        "core voltage (mV)", validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
