"""Template filters that print values with their units; what is unknown is a dash, never a zero.

A template turns what a missing row would have said into an empty text, so a time is tested for truth, not for None.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

UNKNOWN = "–"
GREY = "#6b7280"
Number = float | int | Decimal
MINUTE, HOUR, DAY = 60, 3600, 86_400
KILO = 1000
CENT = Decimal("0.01")
PENCE_PER_POUND = 100
_SCALES: tuple[tuple[float, str], ...] = ((1e6, "PH/s"), (1e3, "TH/s"), (1.0, "GH/s"), (1e-3, "MH/s"), (1e-6, "kH/s"))


def _significant(value: float) -> str:
    """Three significant digits, without an exponent."""
    if not value:
        return "0"
    magnitude = abs(value)
    digits = 2 if magnitude < 10 else 1 if magnitude < 100 else 0  # noqa: PLR2004
    return f"{value:.{digits}f}"


def hashrate_parts(ghs: Number | None) -> tuple[str, str]:
    """A hashrate in the unit it reads best in."""
    if ghs is None:
        return UNKNOWN, ""
    value = float(ghs)
    factor, unit = next((scale for scale in _SCALES if abs(value) >= scale[0]), (1.0, "GH/s"))
    return (_significant(value / factor), unit) if value else ("0", "GH/s")


@register.filter
def hashrate(ghs: Number | None) -> str:
    return " ".join(hashrate_parts(ghs)).strip()


@register.filter
def hashrate_figure(ghs: Number | None) -> SafeString:
    """The number large, its unit small."""
    number, unit = hashrate_parts(ghs)
    return format_html('{}<span class="unit">{}</span>', number, unit) if unit else format_html("{}", number)


@register.filter
def watts(value: Number | None) -> str:
    if value is None:
        return UNKNOWN
    number = float(value)
    return f"{number / KILO:.2f} kW" if abs(number) >= KILO else f"{_significant(number)} W"


@register.filter
def pence_figure(value: Number) -> str:
    """A price without its unit, rounded down as in the sentences: it never reads as if it had reached the next band."""
    return f"{Decimal(str(value)).quantize(CENT, ROUND_FLOOR)}"


@register.filter
def pence(value: Number | None) -> str:
    return UNKNOWN if value is None else f"{pence_figure(value)}p"


@register.filter
def money(value: Number | None) -> str:
    """A sum of pence: pounds from one pound on."""
    if value is None:
        return UNKNOWN
    if abs(float(value)) < PENCE_PER_POUND:
        return f"{float(value):.2f}p"
    return f"{'-' if value < 0 else ''}£{abs(float(value)) / PENCE_PER_POUND:.2f}"


@register.filter
def celsius(value: Number | None) -> str:
    return UNKNOWN if value is None else f"{float(value):.0f} °C"


@register.filter
def efficiency(value: Number | None) -> str:
    return UNKNOWN if value is None else f"{_significant(float(value))} J/TH"


@register.filter
def duration(seconds: Number | None) -> str:
    """A length of time in its largest unit: "4 min", "3 h 10 min", "2 days"."""
    if seconds is None:
        return UNKNOWN
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < DAY:
        minutes = whole % HOUR // MINUTE
        return f"{whole // HOUR} h {minutes} min" if minutes else f"{whole // HOUR} h"
    days = whole // DAY
    return f"{days} day" if days == 1 else f"{days} days"


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago: "4 min ago", "just now", "never"."""
    if not moment:
        return "never"
    seconds = (timezone.now() - moment).total_seconds()
    return "just now" if seconds < 5 else f"{duration(seconds)} ago"  # noqa: PLR2004


@register.filter
def clock(moment: datetime | None) -> str:
    """Local time of day."""
    return UNKNOWN if not moment else f"{timezone.localtime(moment):%H:%M}"


@register.filter
def when(moment: datetime | None) -> str:
    """Local time of day, with the day unless it is today."""
    if not moment:
        return UNKNOWN
    local, today = timezone.localtime(moment), timezone.localdate()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() == today + timedelta(days=1):
        return f"tomorrow {local:%H:%M}"
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"


@register.filter
def color(value: str | None) -> str:
    """A colour that is safe inside a style attribute."""
    return value if value and re.fullmatch(r"#[0-9a-fA-F]{6}", value) else GREY
