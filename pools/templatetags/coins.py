"""Template filters for figures of coins; what is unknown is a dash, never a zero."""

from __future__ import annotations

import math
from decimal import Decimal

from django import template

from pools.coins.economics import Odds

register = template.Library()

UNKNOWN = "–"
SCALES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
DIGITS = 4
PENNY_FROM = 1
DAY_S, YEAR_S = 86_400, 365.25 * 86_400
TH_DAY = 1e12 * DAY_S


def _short(value: float) -> str:
    """Three significant digits."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"  # noqa: PLR2004


@register.filter
def big(value: Decimal | float | None) -> str:
    """A difficulty: "150 T"."""
    if value is None or value == "":
        return UNKNOWN
    number = float(value)
    for scale, name in SCALES:
        if number >= scale:
            return f"{_short(number / scale)} {name}"
    return _short(number)


@register.filter
def plain(value: Decimal | None) -> str:
    """A decimal without exponent and without zeros at its end."""
    return UNKNOWN if value is None or value == "" else f"{value.normalize():f}"


@register.filter
def pounds(value: Decimal | None) -> str:
    """Pence from one pound on; below it four significant digits."""
    if value is None or value == "":
        return UNKNOWN
    if value == 0 or value >= PENNY_FROM:
        return f"£{value:,.2f}"
    places = DIGITS - 1 - value.adjusted()
    return f"£{value:.{places}f}".rstrip("0")


@register.filter
def one_in(odds: Odds | None) -> str:
    """A chance in words: "1 in 7.4 million"."""
    if not odds or not odds.chance:
        return UNKNOWN
    number = odds.one_in
    for scale, name in WORDS:
        if number >= scale:
            return f"1 in {_short(number / scale)} {name}"
    return f"1 in {number:,.0f}" if number >= 10 else f"{odds.chance:.0%}"  # noqa: PLR2004


@register.filter
def span(seconds: float | str | None) -> str:
    """A time to wait: "17,012 years", "3.2 days"."""
    if isinstance(seconds, str) or seconds is None or math.isinf(seconds):  # "" where there is no row
        return UNKNOWN
    years = seconds / YEAR_S
    if years >= 1e6:  # noqa: PLR2004
        return f"{_short(years / 1e6)} million years"
    if years >= 1:
        return f"{_short(years)} years"
    return f"{_short(seconds / DAY_S)} days"


@register.filter
def th_days(hashes: float) -> str:
    return f"{_short(hashes / TH_DAY)} TH-days"
