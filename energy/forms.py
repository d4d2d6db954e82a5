"""Choosing the tariff: the fields of one source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from energy.contract import SourceError
from energy.models import OCTOPUS, REGIONS, TARIFF, Tariff
from energy.services import Choice, checked, region_of, set_tariff
from energy.sources.csv_file import BadFile, read_file
from energy.sources.currencies import CURRENCIES
from energy.sources.names import CSV, NAMES
from energy.sources.needs import Need
from energy.sources.table import SOURCES, Source
from energy.uploading import keep_prices

PICK = [("", "Find it by postcode"), *((letter, f"{letter} · {name}") for letter, name in REGIONS.items())]
PARAMETER = "parameter_"


class TariffForm(forms.Form):
    """What one source needs to know. The postcode is not kept; a secret that is left empty stays as it is."""

    source = forms.ChoiceField(choices=list(NAMES.items()), widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, source: str = "", tariff: Tariff | None = None) -> None:
        chosen = (data or {}).get("source") or source or (tariff.source if tariff else OCTOPUS)
        self.kind: Source = SOURCES.get(chosen, SOURCES[OCTOPUS])
        self.tariff = tariff
        known = tariff if tariff and tariff.source == self.kind.key else None
        super().__init__(data, files, initial=_initial(self.kind, known), label_suffix="")
        self.fields.update(_fields(self.kind, known))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.kind.key == OCTOPUS and not values.get("region"):
            values["region"] = self._looked_up(values.get("postcode", ""))
        if values.get("file"):
            values["rates"] = self._read(values["file"].read(), values.get("currency", ""))
        if not self.errors:
            self._check(values)
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

    def _read(self, content: bytes, currency: str) -> Any:
        try:
            return read_file(content, currency)
        except BadFile as error:
            self.add_error("file", str(error))
            return ()

    def _check(self, values: dict[str, Any]) -> None:
        try:
            checked(Tariff.objects.filter(pk=TARIFF).first(), self.kind.key, self._choice(values))
        except ValidationError as error:
            for field, sentences in error.message_dict.items():
                known = next((name for name in (field, PARAMETER + field) if name in self.fields), None)
                self.add_error(known, sentences)

    def _choice(self, values: dict[str, Any]) -> Choice:
        given = ("region", "product", "currency", "export", "forecast")
        chosen: dict[str, Any] = {name: values[name] for name in given if values.get(name) is not None}
        chosen["parameters"] = {need.name: values.get(PARAMETER + need.name) for need in self.kind.needs}
        if values.get("secret"):
            chosen["secret"] = values["secret"]
        return cast(Choice, chosen)

    def keep(self, *, actor: str, now: datetime) -> Tariff:
        """Set the tariff, and keep the prices of an uploaded file; call it on a valid form."""
        values = self.cleaned_data
        tariff = set_tariff(source=self.kind.key, actor=actor, now=now, **self._choice(values))
        if values.get("rates"):
            keep_prices(values["rates"], actor=actor, now=now)
        return tariff


def _initial(kind: Source, known: Tariff | None) -> dict[str, Any]:
    initial: dict[str, Any] = {"source": kind.key, "currency": kind.currencies[0] if kind.currencies else "GBP"}
    if known is None:
        return initial
    initial |= {name: getattr(known, name) for name in ("region", "product", "currency", "export", "forecast")}
    return initial | {
        PARAMETER + need.name: need.show(known.parameters[need.name])
        for need in kind.needs
        if need.name in known.parameters
    }


def _fields(kind: Source, known: Tariff | None) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = dict(_octopus_fields()) if kind.key == OCTOPUS else {}
    fields |= {PARAMETER + need.name: _of_need(need) for need in kind.needs}
    if kind.secret:
        text = f"{kind.secret.capitalize()}, kept encrypted{'; empty: as it is' if known and known.secret else ''}"
        fields["secret"] = forms.CharField(
            required=not (known and known.secret),
            label="Access token",
            help_text=text,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        )
    if len(kind.currencies) != 1:
        choices = [(code, code) for code in kind.currencies or CURRENCIES]
        fields["currency"] = forms.ChoiceField(choices=choices)
    if kind.key == CSV:
        fields["file"] = forms.FileField(
            required=False,
            label="File of prices",
            help_text="With the columns valid_from, valid_to and price; all of it is taken, or nothing",
        )
    return fields


def _octopus_fields() -> Iterator[tuple[str, forms.Field]]:
    yield "region", forms.ChoiceField(choices=PICK, required=False, error_messages={"invalid_choice": _NO_REGION})
    postcode_help = "Only used to find the region; not kept"
    yield "postcode", forms.CharField(max_length=10, required=False, help_text=postcode_help)
    product_help = "Empty: the current Agile product, found by itself"
    yield "product", forms.CharField(max_length=60, required=False, help_text=product_help)
    export_help = "What Outgoing Agile pays for what you send to the grid"
    yield "export", forms.BooleanField(required=False, label="Export prices too", help_text=export_help)
    forecast_help = "Of the days ahead, from AgilePredict; drawn hatched, never decided by"
    yield "forecast", forms.BooleanField(required=False, label="Forecasts too", help_text=forecast_help)


def _of_need(need: Need) -> forms.Field:
    required = need.default is None
    if need.choices:
        return forms.ChoiceField(
            choices=need.choices, label=need.label, help_text=need.help, required=required, initial=need.default
        )
    widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}) if need.is_long else forms.TextInput()
    return forms.CharField(
        label=need.label, help_text=need.help, required=required, initial=need.default, widget=widget
    )


_NO_REGION = f"%(value)r is not a region; expected one of {', '.join(REGIONS)}."
