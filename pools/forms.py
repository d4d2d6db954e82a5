"""Adding and changing a pool."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pools.models import Pool
from pools.services import save_pool, with_address_split


class PoolForm(forms.ModelForm[Pool]):
    """The password is written and never shown: empty keeps the one there is."""

    port = forms.IntegerField(min_value=1, max_value=65_535, required=False, help_text="Not needed after host:port")
    password = forms.CharField(required=False, widget=forms.PasswordInput(render_value=False))

    class Meta:
        model = Pool
        fields = ["name", "coin", "host", "port", "tls", "user", "password", "enabled"]

    def clean_password(self) -> str:
        return self.cleaned_data["password"] or self.instance.password

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        try:
            values = with_address_split(values)
        except ValidationError as error:
            self.add_error(None, error)
        if values.get("port") is None and "port" not in self.errors:
            self.add_error("port", "Give the port, such as 3333.")
        return values

    def keep(self, *, actor: str, now: datetime) -> Pool:
        """Save the pool; call it on a valid form."""
        return save_pool(self.instance, actor=actor, now=now)
