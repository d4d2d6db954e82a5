"""Plugs, and the Home Assistant they are switched through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from miners.models import HomeAssistant, Miner, Switch
from miners.power.services import create_switch, save_home_assistant, update_switch


def blame(form: forms.Form, error: ValidationError) -> None:
    """Put the messages of a refused change beside the fields they are about."""
    for field, messages in error.message_dict.items():
        form.add_error(field if field in form.fields else None, messages)


class HomeAssistantForm(forms.Form):
    url = forms.CharField(label="Address", max_length=300, help_text="Such as http://homeassistant.local:8123")
    token = forms.CharField(
        label="Long-lived access token", required=False, max_length=2000,
        help_text="Of a user who may switch; kept encrypted, never shown. Empty: stays as it is",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    verify_tls = forms.BooleanField(
        label="Check its certificate", required=False, initial=True, help_text="With https; off for a self-signed one"
    )
    enabled = forms.BooleanField(label="Use it", required=False, initial=True)

    @classmethod
    def of(cls, home: HomeAssistant | None) -> HomeAssistantForm:
        shown = ("url", "verify_tls", "enabled")
        return cls(initial={name: getattr(home, name) for name in shown}) if home else cls()

    def keep(self, *, actor: str, now: datetime) -> HomeAssistant | None:
        """Save the connection; None when it was refused, with the reason beside the field."""
        values = dict(self.cleaned_data)
        values["token"] = values["token"] or None
        try:
            return save_home_assistant(actor=actor, now=now, **values)
        except ValidationError as error:
            blame(self, error)
            return None


class PlugForm(forms.Form):
    name = forms.CharField(max_length=60)
    entity_id = forms.CharField(
        label="Entity", max_length=120, help_text="Such as switch.miner_blue",
        widget=forms.TextInput(attrs={"list": "switches", "autocomplete": "off"}),
    )  # fmt: skip
    power_entity_id = forms.CharField(
        label="Power sensor", max_length=120, required=False, help_text="Such as sensor.miner_blue_power; empty: none",
        widget=forms.TextInput(attrs={"list": "sensors", "autocomplete": "off"}),
    )  # fmt: skip
    miner_ids = forms.ModelMultipleChoiceField(
        Miner.objects.all(), label="Feeds", required=False, widget=forms.CheckboxSelectMultiple
    )
    locked = forms.BooleanField(label="Never touch it", required=False)

    def __init__(self, *args: Any, plug: Switch | None = None, **kwargs: Any) -> None:
        """`initial` may hold what was chosen from an offer; nothing of it is kept before a person sends the form."""
        self.plug = plug
        if plug:
            own = ("name", "entity_id", "power_entity_id", "locked")
            kwargs["initial"] = {name: getattr(plug, name) for name in own} | {"miner_ids": plug.miners.all()}
        super().__init__(*args, **kwargs)

    def keep(self, *, actor: str, now: datetime) -> Switch | None:
        """Add or change the plug; None when it was refused, with the reason beside the field."""
        values = dict(self.cleaned_data)
        values["miner_ids"] = [miner.pk for miner in values["miner_ids"]]
        try:
            if self.plug is None:
                return create_switch(actor=actor, now=now, **values)
            return update_switch(self.plug, actor=actor, now=now, **values)
        except ValidationError as error:
            blame(self, error)
            return None
