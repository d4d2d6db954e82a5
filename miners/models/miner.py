"""A miner as its owner configured it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from hmm_project.fields import SecretField
from miners.models.audited import Audited
from miners.models.power import Switch

if TYPE_CHECKING:
    from miners.models.desired import DesiredState
    from miners.models.status import MinerStatus


class Miner(Audited, models.Model):
    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=40)
    host = models.CharField(max_length=253, help_text="IP address or name in your own network")
    port = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(65_535)])
    mac = models.CharField(
        max_length=64, null=True, blank=True, unique=True, help_text="Stable identity; learnt from the device"
    )
    enabled = models.BooleanField(default=True, help_text="Poll it and let the strategy decide for it")
    switch = models.ForeignKey(
        Switch, null=True, blank=True, on_delete=models.SET_NULL, related_name="miners", verbose_name="plug"
    )
    estimated_power_w = models.FloatField(
        "estimated power (W)",
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(20_000)],
        help_text="Used where nothing measures its power",
    )
    web_user = models.CharField(max_length=60, blank=True, help_text="Avalon web login, needed to set pools")
    web_password = SecretField(blank=True, default="")
    # NerdQAxe with OTP: what a person's one-time code was exchanged for; it opens the settings for a day
    code_session = SecretField(blank=True, default="", editable=False)
    code_session_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    status: MinerStatus  # made together with the miner by miners.services.create_miner
    desired: DesiredState

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["host", "port"],
                name="miner_address_unique",
                violation_error_message="Another miner has this address.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The name of this miner in the journal."""
        return f"miner:{self.pk}"
