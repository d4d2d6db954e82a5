"""The tariff: where prices come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from energy.models.fetched import Fetched
from energy.sources.currencies import CURRENCIES
from energy.sources.names import NAMES, OCTOPUS
from energy.sources.needs import BadParameters
from hmm_project.fields import SecretField
from miners.models.audited import Audited

if TYPE_CHECKING:
    from energy.sources.table import Source

REGIONS = {
    "A": "Eastern England",
    "B": "East Midlands",
    "C": "London",
    "D": "Merseyside and Northern Wales",
    "E": "West Midlands",
    "F": "North Eastern England",
    "G": "North Western England",
    "H": "Southern England",
    "J": "South Eastern England",
    "K": "Southern Wales",
    "L": "South Western England",
    "M": "Yorkshire",
    "N": "Southern Scotland",
    "P": "Northern Scotland",
}


IMPORT_PRODUCT = r"^AGILE-(?!OUTGOING)[A-Z0-9-]{1,50}\Z"
TARIFF = 1  # the primary key of the one tariff
CHOOSE = f"Choose your region: one of {', '.join(REGIONS)}."


class Tariff(Audited, Fetched):
    """What the household pays by; at most one row (pk 1). No row: no price is known."""

    source = models.CharField(max_length=20, choices=list(NAMES.items()), default=OCTOPUS)
    region = models.CharField(
        max_length=1,
        choices=list(REGIONS.items()),
        blank=True,
        error_messages={"invalid_choice": f"%(value)r is not a region; expected one of {', '.join(REGIONS)}."},
        help_text="Of Octopus",
    )
    product = models.CharField(
        max_length=60,
        blank=True,
        validators=[RegexValidator(IMPORT_PRODUCT, "%(value)r is not an Agile import product such as AGILE-24-10-01.")],
        help_text="Empty: the current Agile product, found by itself",
    )
    parameters = models.JSONField(default=dict, blank=True, help_text="What the source needs to know, by name")
    secret = SecretField(blank=True, default="", help_text="Of the source: an access token")
    currency = models.CharField(max_length=3, choices=[(code, code) for code in CURRENCIES], default="GBP")
    export = models.BooleanField("export prices too", default=False, help_text="What Outgoing Agile pays, from Octopus")
    forecast = models.BooleanField(
        "forecasts too", default=False, help_text="From AgilePredict; drawn hatched, never decided by"
    )
    series = models.CharField(
        max_length=40, default="", editable=False
    )  # names its prices: another place's are never taken
    version = models.PositiveIntegerField(default=0, editable=False)  # how often a person changed it

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.region}".strip()

    def save(self, *arguments: Any, **named: Any) -> None:
        from energy.sources.table import series

        self.series = series(self.source, self.parameters, self.currency, self.region)
        if named.get("update_fields") is not None:
            named["update_fields"] = {*named["update_fields"], "series"}
        super().save(*arguments, **named)

    @property
    def key(self) -> str:
        """Names the price series, so that another region's or source's prices are never taken for this one's."""
        return self.series

    @property
    def export_key(self) -> str:
        return f"{self.source}-export:{self.region}"

    @property
    def kind(self) -> Source:
        from energy.sources.table import SOURCES  # with the clients of them all: only where one is asked

        return SOURCES[self.source]

    def clean(self) -> None:
        from energy.sources.table import check as check_parameters

        if self.source not in NAMES:
            return  # said beside the field
        self._check_octopus()
        if self.kind.currencies and self.currency not in self.kind.currencies:
            expected = " or ".join(self.kind.currencies)
            raise ValidationError({"currency": f"{self.kind.label} has prices in {expected}, not in {self.currency}."})
        try:
            self.parameters = check_parameters(self.kind, self.parameters)
        except BadParameters as error:
            raise ValidationError(dict(error.sentences)) from None
        if self.kind.secret and not self.secret:
            raise ValidationError({"secret": f"{self.kind.label} needs {self.kind.secret}."})

    def _check_octopus(self) -> None:
        if self.source == OCTOPUS:
            if not self.region:
                raise ValidationError({"region": CHOOSE})
            return
        self.region = self.product = ""
        self.export = self.forecast = False


class Side(Fetched):
    """What is fetched beside the tariff's own prices."""

    class Name(models.TextChoices):
        EXPORT = "export"
        FORECAST = "forecast"

    name = models.CharField(max_length=10, choices=Name.choices, primary_key=True)

    class Meta:
        verbose_name = "export or forecast"
        verbose_name_plural = "export and forecast"

    def __str__(self) -> str:
        return self.get_name_display()
