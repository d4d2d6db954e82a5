"""What a person may enter about tuning."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from miners.adapters.modes import Setting
from miners.models import Miner, TuningProfile
from miners.plug_forms import blame
from miners.services import Invalid
from miners.tuning import bounds, fitting, services
from miners.wall import miners_with_status


class SettingForm(forms.Form):
    """Both values, always together; for one miner, within what its board supports."""

    frequency_mhz = forms.FloatField(label="Frequency in MHz", min_value=1, max_value=10_000)
    core_voltage_mv = forms.FloatField(label="Core voltage in mV", min_value=1, max_value=10_000)

    def __init__(self, *args: Any, miner: Miner | None = None, **kwargs: Any) -> None:
        self.miner = miner
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.miner and not self.errors:
            try:
                bounds.require(self.miner, self._setting(values))
            except Invalid as error:
                blame(self, error)
        return values

    @property
    def setting(self) -> Setting:
        return self._setting(self.cleaned_data)

    @staticmethod
    def _setting(values: dict[str, Any]) -> Setting:
        return Setting(values["frequency_mhz"], values["core_voltage_mv"])

    @property
    def complaint(self) -> str:
        """What is wrong, as one sentence."""
        return " ".join(
            f"{self.fields[name].label if name in self.fields else ''} {message}".strip()
            for name, messages in self.errors.items()
            for message in messages
        )


class SaveForm(forms.Form):
    """Keeps what a miner is set to now."""

    name = forms.CharField(max_length=60, help_text="Such as Quiet evening")
    note = forms.CharField(max_length=300, required=False)

    def save(self, miner: Miner, *, actor: str, now: datetime) -> TuningProfile | None:
        """None when it was refused, with the reason beside the field."""
        try:
            return services.save_profile(miner, actor=actor, now=now, **self.values)
        except ValidationError as error:
            blame(self, error)
            return None

    @property
    def values(self) -> dict[str, str]:
        return {"name": self.cleaned_data["name"], "note": self.cleaned_data["note"]}


class SaveFromForm(SaveForm):
    """The same, for a miner of choice."""

    from_miner_id = forms.ChoiceField(label="Miner")
    field_order = ("from_miner_id", "name", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.miners = {str(miner.pk): miner for miner in miners_with_status() if fitting.is_tunable(miner)}
        choices = [(pk, _with_setting(miner)) for pk, miner in self.miners.items()]
        self.fields["from_miner_id"].choices = choices  # type: ignore[attr-defined]

    def keep(self, *, actor: str, now: datetime) -> TuningProfile | None:
        return self.save(self.miners[self.cleaned_data["from_miner_id"]], actor=actor, now=now)


def _with_setting(miner: Miner) -> str:
    setting = fitting.present_setting(miner.status)
    return f"{miner}: {setting.frequency_mhz:g} MHz at {setting.core_voltage_mv:g} mV" if setting else str(miner)


class ProfileForm(SettingForm):
    """Changes a profile."""

    name = forms.CharField(max_length=60)
    note = forms.CharField(max_length=300, required=False)
    field_order = ("name", "frequency_mhz", "core_voltage_mv", "note")

    def __init__(self, *args: Any, profile: TuningProfile, **kwargs: Any) -> None:
        self.profile = profile
        names = ("name", "note", "frequency_mhz", "core_voltage_mv")
        super().__init__(*args, initial={name: getattr(profile, name) for name in names}, **kwargs)

    def keep(self, *, actor: str) -> TuningProfile | None:
        """None when it was refused, with the reason beside the field."""
        try:
            return services.update_profile(self.profile, actor=actor, **self.cleaned_data)
        except ValidationError as error:
            blame(self, error)
            return None
