"""What is remembered of fetching a series of prices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from energy.refreshing import History

UNSEEN: Mapping[str, Any] = {
    "resolved_product": "",
    "refreshed_at": None,
    "attempted_at": None,
    "failures": 0,
    "failure": "",
    "not_before": None,
    "gap_from": None,
    "gap_until": None,
}


class Fetched(models.Model):
    """Columns of a row whose prices come from outside. No person edits them."""

    resolved_product = models.CharField(max_length=60, blank=True, editable=False)
    refreshed_at = models.DateTimeField(null=True, editable=False)  # last good answer
    attempted_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)  # in a row
    failure = models.TextField(blank=True, editable=False)  # of the last attempt, one sentence
    not_before = models.DateTimeField(null=True, editable=False)  # the source asked to be left alone until then
    gap_from = models.DateTimeField(null=True, editable=False)  # older prices that are still to be fetched,
    gap_until = models.DateTimeField(null=True, editable=False)  # the newest of them first

    class Meta:
        abstract = True

    def history(self, newest_end: datetime | None) -> History:
        """As plain values."""
        return History(
            attempted_at=self.attempted_at,
            refreshed_at=self.refreshed_at,
            newest_end=newest_end,
            failures=self.failures,
            not_before=self.not_before,
            has_gap=self.gap_until is not None,
        )
