"""The band of a price, for pages of apps that do not know the strategy."""

from __future__ import annotations

from decimal import Decimal

from django import template

from strategy import ladder as kept
from strategy.contract import BandRule
from strategy.decide.ladder import Ladder

register = template.Library()


@register.simple_tag
def ladder() -> Ladder:
    """`{% ladder as bands %}`: the ladder in force, read once."""
    return Ladder.of(kept.bands())


@register.filter
def band(price_pence: Decimal | None, bands: Ladder) -> BandRule | None:
    """`{{ price|band:bands }}`; none for an unknown price or without a ladder."""
    return None if price_pence is None or not bands.bands else bands.bands[bands.level(price_pence)]
