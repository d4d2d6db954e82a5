"""A person's own values of a coin, and payouts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from pools.coins.payouts import check_time, save_payout
from pools.coins.settings import FIELDS, save_setting
from pools.models import CoinSetting, Payout

WHEN = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")


class SettingForm(forms.ModelForm[CoinSetting]):
    """An empty field goes back to the sources."""

    class Meta:
        model = CoinSetting
        fields = list(FIELDS)
        widgets = {name: forms.TextInput(attrs={"inputmode": "decimal"}) for name in FIELDS}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in FIELDS:
            value = self.initial.get(name)
            if value is not None:
                self.initial[name] = f"{value.normalize():f}"

    def keep(self, *, actor: str, now: datetime) -> CoinSetting:
        """Save the values; call it on a valid form."""
        return save_setting(self.instance, actor=actor, now=now)


class PayoutForm(forms.ModelForm[Payout]):
    """An empty worth is worked out where the price of that hour is known; a worth that was worked out is not shown."""

    time = forms.DateTimeField(label="Received", widget=WHEN)

    class Meta:
        model = Payout
        fields = ["coin", "amount", "time", "gbp_at_receipt", "pool", "txid", "note"]
        widgets = {
            "amount": forms.TextInput(attrs={"inputmode": "decimal"}),
            "gbp_at_receipt": forms.TextInput(attrs={"inputmode": "decimal"}),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not self.instance.gbp_entered:
            self.initial["gbp_at_receipt"] = None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("time"):
            check_time(values["time"], timezone.now())
        return values

    def keep(self, *, actor: str, now: datetime) -> Payout:
        """Save the payout; call it on a valid form."""
        self.instance.gbp_entered = self.cleaned_data["gbp_at_receipt"] is not None
        return save_payout(self.instance, actor=actor, now=now)
