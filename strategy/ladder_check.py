"""Whether some bands are a ladder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from django.core.exceptions import ValidationError

from miners.adapters.registry import KINDS
from pools.models import Coin, Pool
from strategy.contract import BandRule
from strategy.models import Band


def check(rules: Sequence[BandRule]) -> None:
    """Raise ValidationError naming what is wrong and the way out."""
    if not rules:
        raise _wrong("A ladder needs at least one band.")
    if rules[0].lower_pence is not None and all(rule.lower_pence is not None for rule in rules):
        raise _wrong("The first band must have no lower edge (null), so that no price is below the ladder.")
    for below, band in pairwise(rules):
        _check_order(below, band)
    for name, times in Counter(rule.name for rule in rules).items():
        if times > 1 or not name.strip():
            raise _wrong(f"{times} bands are called '{name}': give each its own name.")
    for rule in rules:
        _check_choices(rule)


def _check_order(below: BandRule, band: BandRule) -> None:
    if below.key == band.key:
        where = "without a lower edge" if band.lower_pence is None else f"at {band.key}p"
        raise _wrong(f"'{below.name}' and '{band.name}' both begin {where}: give one of them another edge.")
    if band.lower_pence is None:
        raise _wrong(f"'{band.name}' has no lower edge (null), which only the first band may have.")
    if below.lower_pence is not None and below.lower_pence > band.lower_pence:
        raise _wrong(f"{band.key}p stands after {below.key}p: order the bands by their lower edges.")


def _check_choices(rule: BandRule) -> None:
    if rule.coin and rule.coin not in Coin.values:
        raise _wrong(f"'{rule.name}': there is no coin {rule.coin!r}; there are: {', '.join(Coin.values)}.")
    if rule.pool_id is not None and not Pool.objects.filter(pk=rule.pool_id).exists():
        raise _wrong(f"'{rule.name}': there is no pool {rule.pool_id}; choose none to leave miners at their pool.")
    if not isinstance(rule.modes, dict):
        raise _wrong(f'\'{rule.name}\': modes are given by family, such as {{"bitaxe": "eco"}}.')
    for kind, mode in rule.modes.items():
        if kind not in KINDS:
            if _stands(kind, mode):
                continue
            raise _wrong(f"'{rule.name}': there is no family {kind!r}; there are: {', '.join(KINDS)}.")
        if mode not in KINDS[kind].modes:
            known = ", ".join(KINDS[kind].modes) or "none"
            raise _wrong(f"'{rule.name}': {KINDS[kind].label} has no mode {mode!r}; there are: {known}.")


def _stands(kind: str, mode: str) -> bool:
    """Whether the ladder has it already: a plug-in that is away for a while must not keep the ladder from changing."""
    return any(modes.get(kind) == mode for modes in Band.objects.values_list("modes", flat=True))


def _wrong(sentence: str) -> ValidationError:
    return ValidationError({"bands": sentence})
