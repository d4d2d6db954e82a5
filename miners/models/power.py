"""Smart plugs, switched through Home Assistant."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from hmm_project.fields import SecretField
from miners.models.audited import Audited

is_switchable = RegexValidator(
    r"^(switch|input_boolean|light|fan)\.[a-z0-9_]+\Z",
    "Enter an entity that can be switched, such as switch.miner_blue.",
)
is_sensor = RegexValidator(r"^sensor\.[a-z0-9_]+\Z", "Enter a sensor, such as sensor.miner_blue_power.")
is_url = RegexValidator(
    r"^https?://[A-Za-z0-9._~\[\]:-]+(/[A-Za-z0-9._~/-]*)?\Z",
    "Enter an address such as http://homeassistant.local:8123.",
)


class HomeAssistant(Audited, models.Model):
    """The connection; at most one row (pk 1)."""

    url = models.CharField(max_length=300, validators=[is_url], help_text="Such as http://homeassistant.local:8123")
    token = SecretField(blank=True, default="", help_text="Long-lived access token of a user who may switch")
    enabled = models.BooleanField(default=True)
    verify_tls = models.BooleanField("check its certificate", default=True, help_text="Off for a self-signed one")
    # On 401 no further request is sent until a person saves a token: Home Assistant bans addresses that insist.
    rejected = models.BooleanField(default=False, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)  # last good answer

    class Meta:
        verbose_name = "Home Assistant"
        verbose_name_plural = "Home Assistant"

    def __str__(self) -> str:
        return self.url


class SwitchState(models.TextChoices):
    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"  # unavailable, or not read yet: never "off"


class Switch(Audited, models.Model):
    """One plug feeding one or many miners."""

    name = models.CharField(max_length=60, unique=True)
    entity_id = models.CharField(
        max_length=120, unique=True, validators=[is_switchable], help_text="Such as switch.miner_blue"
    )
    power_entity_id = models.CharField(
        max_length=120, blank=True, validators=[is_sensor], help_text="Sensor in W behind this plug"
    )
    locked = models.BooleanField("never touch", default=False)
    # observed
    state = models.CharField(max_length=8, choices=SwitchState.choices, default=SwitchState.UNKNOWN, editable=False)
    power_w = models.FloatField(null=True, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)
    failure = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "plug"
        verbose_name_plural = "plugs"

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"switch:{self.pk}"
