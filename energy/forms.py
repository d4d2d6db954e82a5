"""Choosing the tariff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from energy.contract import SourceError
from energy.models import REGIONS, Tariff
from energy.services import region_of, set_tariff

PICK = [("", "Find it by postcode"), *((letter, f"{letter} · {name}") for letter, name in REGIONS.items())]


class TariffForm(forms.ModelForm[Tariff]):
    """A region, or a postcode it is looked up by. The postcode is not kept."""

    region = forms.ChoiceField(choices=PICK, required=False)
    postcode = forms.CharField(max_length=10, required=False, help_text="Only used to find the region; not kept")

    class Meta:
        model = Tariff
        fields = ["source", "region", "product"]

    def clean_product(self) -> str:
        return str(self.cleaned_data["product"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("region"):
            values["region"] = self._looked_up(values.get("postcode", ""))
        return values

    def _looked_up(self, postcode: str) -> str:
        if not postcode:
            self.add_error("region", "Choose your region, or give your postcode.")
            return ""
        try:
            return region_of(postcode, timezone.now())
        except SourceError as error:
            self.add_error("postcode", str(error))
            return ""

    def keep(self, *, actor: str, now: datetime) -> Tariff:
        """Set the tariff; call it on a valid form."""
        chosen = {name: self.cleaned_data[name] for name in ("source", "region", "product")}
        return set_tariff(**chosen, actor=actor, now=now)
