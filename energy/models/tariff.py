"""The tariff: where prices come from."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import RegexValidator
from django.db import models

from energy.refreshing import History
from miners.models.audited import Audited

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


class Source(models.TextChoices):
    OCTOPUS = "octopus", "Octopus Agile"


class Tariff(Audited, models.Model):
    """What the household pays by; at most one row (pk 1). No row: no price is known."""

    source = models.CharField(max_length=20, choices=Source.choices, default=Source.OCTOPUS)
    region = models.CharField(
        max_length=1,
        choices=list(REGIONS.items()),
        error_messages={
            "invalid_choice": f"%(value)r is not a region; expected one of {', '.join(REGIONS)}.",
            "blank": f"Choose your region: one of {', '.join(REGIONS)}.",
        },
    )
    product = models.CharField(
        max_length=60,
        blank=True,
        validators=[RegexValidator(IMPORT_PRODUCT, "%(value)r is not an Agile import product such as AGILE-24-10-01.")],
        help_text="Empty: the current Agile product, found by itself",
    )
    # observed
    resolved_product = models.CharField(max_length=60, blank=True, editable=False)
    refreshed_at = models.DateTimeField(null=True, editable=False)  # last good answer
    attempted_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)  # in a row
    failure = models.TextField(blank=True, editable=False)  # of the last attempt, one sentence
    not_before = models.DateTimeField(null=True, editable=False)  # the source asked to be left alone until then

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.region}"

    @property
    def key(self) -> str:
        """Names the price series, so that another region's or source's prices are never taken for this one's."""
        return f"{self.source}:{self.region}"

    def history(self, newest_end: datetime | None) -> History:
        """What is remembered of fetching, as plain values."""
        return History(
            attempted_at=self.attempted_at,
            refreshed_at=self.refreshed_at,
            newest_end=newest_end,
            failures=self.failures,
            not_before=self.not_before,
        )
