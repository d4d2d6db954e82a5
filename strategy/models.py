"""What should happen: the ladder, the engine's switches and memory, and what it decided."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from miners.models.audited import Audited
from pools.models import Coin, Pool

ONLY = 1  # the key of a table's only row
AT_MOST_A_DAY = MaxValueValidator(24 * 60)
COLOR = RegexValidator(r"^#[0-9a-fA-F]{6}$", "A colour is written like #22c55e.")


class EngineState(models.TextChoices):
    LIVE = "LIVE"
    SHADOW = "SHADOW"  # decides, writes nothing
    PAUSED = "PAUSED"  # until `paused_until`, or until a person says so


class SafeAction(models.TextChoices):
    OFF = "off"
    LOWEST = "lowest", "lowest mode"


class Strategy(Audited, models.Model):
    """The engine's switches; one row, made by a migration. A fresh install starts in SHADOW."""

    state = models.CharField(max_length=6, choices=EngineState.choices, default=EngineState.SHADOW)
    paused_until = models.DateTimeField(null=True, blank=True, help_text="Empty: until a person says so")
    resumes_to = models.CharField(
        max_length=6, choices=EngineState.choices, default=EngineState.LIVE, editable=False
    )  # what it was before the pause: a pause in SHADOW must not end in LIVE
    gain_pence = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        default=3,
        validators=[MinValueValidator(0)],
        help_text="Price drop that is worth a change for one slot alone",
    )
    dwell_minutes = models.PositiveIntegerField(
        default=30, validators=[AT_MOST_A_DAY], help_text="Shortest stay before a cheaper band"
    )
    hold_minutes = models.PositiveIntegerField(
        default=30, validators=[AT_MOST_A_DAY], help_text="How long a decision is held without a price"
    )
    missing_price_action = models.CharField(max_length=6, choices=SafeAction.choices, default=SafeAction.OFF)
    champion_mode_enabled = models.BooleanField(default=True)
    prefer_soft_off = models.BooleanField(default=False, help_text="Pause first, the plug only where nothing pauses")

    class Meta:
        verbose_name_plural = "strategy"

    def __str__(self) -> str:
        return str(self.state)

    @classmethod
    def load(cls) -> Self:
        """The only row; made again, in SHADOW, should somebody have removed it."""
        return cls.objects.get_or_create(pk=ONLY)[0]

    def state_at(self, now: datetime) -> EngineState:
        """A pause that is over is over, whoever has noticed."""
        over = self.state == EngineState.PAUSED and self.paused_until is not None and self.paused_until <= now
        return EngineState(self.resumes_to if over else self.state)


class BandAction(models.TextChoices):
    MINE = "mine"
    OFF = "off"


class Band(Audited, models.Model):
    """From `lower_pence` up to the next band's; the lowest has no edge below."""

    lower_pence = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True, unique=True)
    name = models.CharField(max_length=40)
    color = models.CharField(max_length=7, default="#6b7280", validators=[COLOR])
    action = models.CharField(max_length=4, choices=BandAction.choices, default=BandAction.MINE)
    champion = models.BooleanField(default=False, help_text="Only the most efficient miner runs")
    coin = models.CharField(max_length=4, choices=Coin.choices, blank=True)
    pool = models.ForeignKey(Pool, null=True, blank=True, on_delete=models.SET_NULL, help_text="Empty: leave the pool")
    modes = models.JSONField(default=dict, help_text="Mode by family, such as bitaxe: eco")

    class Meta:
        ordering = [models.F("lower_pence").asc(nulls_first=True)]

    def __str__(self) -> str:
        return self.name


class Memory(models.Model):
    """What the engine must remember between two decisions; one row, replaced whole by each."""

    state = models.JSONField(default=dict)  # strategy.contract.Memory
    saved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "memory"

    def __str__(self) -> str:
        return f"engine memory of {self.saved_at}"


class Decision(models.Model):
    """A decision, kept when it changed something or a slot began."""

    time = models.DateTimeField(db_index=True)
    slot_from = models.DateTimeField(null=True)
    price_pence = models.DecimalField(max_digits=9, decimal_places=4, null=True)  # None: unknown
    band = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=6, choices=EngineState.choices)
    because = models.TextField()
    record = models.JSONField(default=dict)  # inputs, per-miner outcome and sentences

    class Meta:
        ordering = ["-time", "-pk"]

    def __str__(self) -> str:
        return self.because
