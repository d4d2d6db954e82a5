"""Bands as rows and as rules."""

from __future__ import annotations

from typing import Any

from strategy.contract import BandAction, BandRule
from strategy.models import Band


def bands() -> tuple[BandRule, ...]:
    """The ladder, cheapest band first."""
    return tuple(rule(band) for band in Band.objects.all())


def rule(band: Band) -> BandRule:
    return BandRule(
        lower_pence=band.lower_pence,
        name=band.name,
        color=band.color,
        action=BandAction(band.action),
        champion=band.champion,
        coin=band.coin,
        pool_id=band.pool_id,
        modes=band.modes,
    )


def fields(rule: BandRule) -> dict[str, Any]:
    """What a row holds of a rule."""
    return {
        "lower_pence": rule.lower_pence,
        "name": rule.name,
        "color": rule.color,
        "action": rule.action.value,
        "champion": rule.champion,
        "coin": rule.coin,
        "pool_id": rule.pool_id,
        "modes": dict(rule.modes),
    }
