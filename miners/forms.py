"""Adding and changing a miner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from miners import kinds
from miners.adapters.registry import KINDS
from miners.models import Miner, Switch
from miners.plug_forms import blame
from miners.services import create_miner, update_miner


class MinerForm(forms.Form):
    name = forms.CharField(max_length=60, help_text="As you call it; pools see it as the worker's name")
    kind = forms.ChoiceField(
        label="Family", choices=lambda: [("", "Whatever answers"), *kinds.choices()],
        error_messages={"required": "Choose the family, or test the connection: the device tells it."},
    )  # fmt: skip
    host = forms.CharField(label="Address", max_length=253, help_text="IP address or name in your own network")
    port = forms.IntegerField(required=False, min_value=1, max_value=65_535, help_text="Empty: the family's own")
    switch = forms.ModelChoiceField(
        Switch.objects.all(),
        label="Plug",
        required=False,
        empty_label="No plug",
        help_text="The smart plug that feeds it",
    )
    estimated_power_w = forms.FloatField(
        label="Estimated power in W", required=False, min_value=0, max_value=10_000,
        help_text="Used where neither a plug nor the device measures it",
    )  # fmt: skip
    web_user = forms.CharField(max_length=60, required=False, help_text="Avalon only: wanted when pools are set")
    web_password = forms.CharField(
        max_length=200, required=False, strip=False, help_text="Kept encrypted, never shown. Empty: stays as it is",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-keep": True}),
    )  # fmt: skip
    enabled = forms.BooleanField(label="Watch it and let the strategy decide for it", required=False, initial=True)

    def __init__(self, *args: Any, miner: Miner | None = None, **kwargs: Any) -> None:
        self.miner = miner
        if miner and "initial" not in kwargs:
            shown = [name for name in self.base_fields if name != "web_password"]
            kwargs["initial"] = {name: getattr(miner, name) for name in shown}
        super().__init__(*args, **kwargs)
        if miner:
            self.fields["kind"] = forms.ChoiceField(choices=kinds.choices(miner.kind))

    def where(self) -> dict[str, Any]:
        """Host, port and kind for a connection test; empty where they cannot be used, the reason beside the field."""
        self.full_clean()
        if self.errors.keys() & {"host", "port"}:
            return {}
        cleaned = self.cleaned_data
        return {"host": cleaned["host"], "port": cleaned["port"], "kind": cleaned.get("kind", "")}

    def typed(self) -> dict[str, Any]:
        """What was entered, as it stands; a password is never shown again."""
        shown = {name: self.data.get(name, "") for name in self.fields if name != "web_password"}
        return shown | {"enabled": "enabled" in self.data}

    def keep(self, *, actor: str, now: datetime) -> Miner | None:
        """Add or change the miner; None when it was refused, with the reason beside the field."""
        values = dict(self.cleaned_data)
        if not values["web_password"]:
            del values["web_password"]
        try:
            if self.miner is None:
                return create_miner(actor=actor, now=now, **values)
            known = KINDS.get(values["kind"])
            values["port"] = values["port"] or (known.default_port if known else self.miner.port)
            return update_miner(self.miner, actor=actor, now=now, **values)
        except ValidationError as error:
            blame(self, error)
            return None
