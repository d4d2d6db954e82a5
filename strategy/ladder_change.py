"""A person changes the ladder: checked as a whole, whatever part of it was changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hmm_project.journal.services import record
from strategy.changing import changed
from strategy.contract import BandRule
from strategy.decide.ladder import BOTTOM
from strategy.ladder import bands, fields, rule
from strategy.ladder_check import check
from strategy.models import Band, Strategy


@transaction.atomic
def replace_bands(rules: Sequence[BandRule], *, actor: str, now: datetime) -> tuple[BandRule, ...]:
    """Make `rules` the ladder. Raises ValidationError naming what is wrong; then the old one stays as it is."""
    check(rules)
    _one_at_a_time()
    before = bands()
    if tuple(rules) == before:
        return before
    rows = {band.lower_pence: band for band in Band.objects.all()}
    for edge in rows.keys() - {wanted.lower_pence for wanted in rules}:
        rows[edge].acting = actor
        rows[edge].delete()
    for wanted in rules:
        band = rows.get(wanted.lower_pence, Band())
        if band.pk is None or rule(band) != wanted:
            _save(band, wanted, actor)
    return _told(actor, now)


@transaction.atomic
def save_band(band: Band, *, actor: str, now: datetime) -> None:
    """Add or change one band. Raises ValidationError when the ladder would be none."""
    _one_at_a_time()
    check_with(band)
    _save(band, rule(band), actor)
    _told(actor, now)


@transaction.atomic
def delete_band(band: Band, *, actor: str, now: datetime) -> None:
    """Remove a band; the one below it reaches up. Raises ValidationError when the ladder would be none."""
    _one_at_a_time()
    check([rule(other) for other in Band.objects.exclude(pk=band.pk)])
    band.acting = actor
    band.delete()
    _told(actor, now)


def check_with(band: Band) -> None:
    """Raise ValidationError when the ladder is none with `band` as it stands in memory."""
    others = (rule(other) for other in Band.objects.exclude(pk=band.pk))
    check(sorted([*others, rule(band)], key=lambda each: BOTTOM if each.lower_pence is None else each.lower_pence))


def _one_at_a_time() -> None:
    Strategy.objects.select_for_update().get(pk=Strategy.load().pk)


def _save(band: Band, wanted: BandRule, actor: str) -> None:
    for name, value in fields(wanted).items():
        if getattr(band, name) != value:  # 30 and 30.00 are no change for the audit either
            setattr(band, name, value)
    band.acting = actor
    band.save()


def _told(actor: str, now: datetime) -> tuple[BandRule, ...]:
    ladder = bands()
    words = ", ".join(
        f"'{band.name}' {'below' if band.lower_pence is None else f'from {band.key}p'}" for band in ladder
    )
    record(now=now, kind="ladder-changed", message=f"{actor} changed the ladder: {words}.")
    changed()
    return ladder
