"""A person changes the ladder: as a whole, checked as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction

from hmm_project.journal.services import record
from miners.adapters.registry import KINDS
from pools.models import Pool
from strategy.changing import changed
from strategy.contract import BandRule
from strategy.ladder import bands, fields
from strategy.models import Band, Strategy


@transaction.atomic
def replace_bands(rules: Sequence[BandRule], *, actor: str, now: datetime) -> tuple[BandRule, ...]:
    """Make `rules` the ladder. Raises ValidationError naming what is wrong; then the old one stays as it is."""
    check(rules)
    Strategy.objects.select_for_update().get(pk=Strategy.load().pk)  # one change of the ladder at a time
    before = bands()
    if tuple(rules) == before:
        return before
    kept = {band.lower_pence: band for band in Band.objects.all()}
    for gone in [band for edge, band in kept.items() if edge not in {rule.lower_pence for rule in rules}]:
        gone.acting = actor
        gone.delete()
    for rule in rules:
        _save(kept.get(rule.lower_pence, Band()), rule, actor)
    record(now=now, kind="ladder-changed", message=f"{actor} changed the ladder: {_words(rules)}.")
    changed()
    return bands()


def check(rules: Sequence[BandRule]) -> None:
    """Raise ValidationError when these bands are no ladder."""
    if not rules:
        raise _wrong("A ladder needs at least one band.")
    if rules[0].lower_pence is not None:
        raise _wrong("The first band must have no lower edge (null), so that no price is below the ladder.")
    for below, band in pairwise(rules):
        _check_order(below, band)
    for rule in rules:
        _check_choices(rule)


def _check_order(below: BandRule, band: BandRule) -> None:
    if band.lower_pence is None:
        raise _wrong(f"'{band.name}' has no lower edge (null), but only the first band may have none.")
    if below.lower_pence == band.lower_pence:
        raise _wrong(f"Two bands begin at {band.key}p: '{below.name}' and '{band.name}'.")
    if below.lower_pence is not None and below.lower_pence > band.lower_pence:
        raise _wrong(f"{band.key}p stands after {below.key}p: order the bands by their lower edges.")


def _check_choices(rule: BandRule) -> None:
    for kind, mode in rule.modes.items():
        if kind not in KINDS:
            raise _wrong(f"'{rule.name}': there is no family {kind!r}; there are: {', '.join(KINDS)}.")
        if mode not in KINDS[kind].modes:
            known = ", ".join(KINDS[kind].modes) or "none"
            raise _wrong(f"'{rule.name}': {KINDS[kind].label} has no mode {mode!r}; there are: {known}.")
    if rule.pool_id is not None and not Pool.objects.filter(pk=rule.pool_id).exists():
        raise _wrong(f"'{rule.name}': there is no pool {rule.pool_id}; leave it out to leave miners at their pool.")


def _save(band: Band, rule: BandRule, actor: str) -> None:
    values = fields(rule)
    if band.pk and all(getattr(band, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(band, name, value)
    band.full_clean(validate_unique=False)
    band.acting = actor
    band.save()


def _words(rules: Sequence[BandRule]) -> str:
    return ", ".join(
        f"'{rule.name}'" if rule.lower_pence is None else f"'{rule.name}' from {rule.key}p" for rule in rules
    )


def _wrong(sentence: str) -> ValidationError:
    return ValidationError({"bands": sentence})
