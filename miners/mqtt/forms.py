"""The broker's form."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError

from miners.models import MqttBroker
from miners.mqtt.services import save_broker
from miners.plug_forms import blame


class MqttForm(forms.Form):
    host = forms.CharField(label="Address", max_length=253, help_text="IP address or name of the broker")
    port = forms.IntegerField(min_value=1, max_value=65_535, initial=1883, help_text="Usually 1883, with TLS 8883")
    user = forms.CharField(max_length=120, required=False)
    password = forms.CharField(
        max_length=200, required=False, strip=False, help_text="Kept encrypted, never shown. Empty: stays as it is",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    tls = forms.BooleanField(label="Encrypted (TLS)", required=False)
    verify_tls = forms.BooleanField(
        label="Check its certificate", required=False, initial=True, help_text="Off for a self-signed one"
    )
    discovery_prefix = forms.CharField(
        label="Home Assistant's prefix", max_length=120, initial="homeassistant", help_text="As set in Home Assistant"
    )
    prefix = forms.CharField(  # type: ignore[assignment]  # fields are taken out of the class: Form.prefix stays
        label="Our prefix", max_length=120, initial="hmm", help_text="Another one for each installation on one broker"
    )
    takes_orders = forms.BooleanField(
        label="Home Assistant may switch mining and modes", required=False,
        help_text="Its orders count like a person's; whoever may publish to the broker may give them",
    )  # fmt: skip
    enabled = forms.BooleanField(label="Publish", required=False, initial=True)

    @classmethod
    def of(cls, broker: MqttBroker | None) -> MqttForm:
        shown = [name for name in cls.base_fields if name != "password"]
        return cls(initial={name: getattr(broker, name) for name in shown}) if broker else cls()

    def keep(self, *, actor: str, now: datetime) -> MqttBroker | None:
        """Save the connection; None when it was refused, with the reason beside the field."""
        values = dict(self.cleaned_data)
        values["password"] = values["password"] or None
        try:
            return save_broker(actor=actor, now=now, **values)
        except ValidationError as error:
            blame(self, error)
            return None
