"""The broker through which Home Assistant finds the miners by itself (MQTT discovery)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from hmm_project.fields import SecretField
from miners.models.audited import Audited

is_topic = RegexValidator(
    r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\Z", "Enter a topic such as homeassistant, without + and #."
)

is_host = RegexValidator(r"^[A-Za-z0-9._:-]+\Z", "Enter an IP address or a name, such as 192.168.1.10 or broker.local.")


class MqttBroker(Audited, models.Model):
    """The connection; at most one row (pk 1)."""

    enabled = models.BooleanField(default=True)
    host = models.CharField(max_length=253, validators=[is_host], help_text="IP address or name of the broker")
    port = models.PositiveIntegerField(default=1883, validators=[MinValueValidator(1), MaxValueValidator(65_535)])
    user = models.CharField(max_length=120, blank=True)
    password = SecretField(blank=True, default="")
    tls = models.BooleanField("TLS", default=False)
    verify_tls = models.BooleanField("check its certificate", default=True, help_text="Off for a self-signed one")
    discovery_prefix = models.CharField(max_length=120, default="homeassistant", validators=[is_topic])
    prefix = models.CharField(max_length=120, default="hmm", validators=[is_topic], help_text="Of our own topics")
    takes_orders = models.BooleanField(
        default=False, help_text="Home Assistant may switch mining and modes; a person's order like any other"
    )
    # A broker that says no is not asked again until a person saves the connection: some of them ban who insists.
    rejected = models.BooleanField(default=False, editable=False)
    # observed
    connected = models.BooleanField(default=False, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)  # last word from the broker
    failure = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = "MQTT broker"
        verbose_name_plural = "MQTT broker"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
