"""Whether to believe a figure. Pure.

What cannot be is rejected. What lies too far from the last good value waits as a suspect: it is believed when it is
still said after a while, when a second service says the same, or when the last good value is too old to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Context, Decimal
from enum import Enum, auto

from pools.figures import BOUNDS, PLACES, Quantity

BELIEVED_AFTER = timedelta(minutes=30)
INCOMPARABLE_AFTER = timedelta(days=7)
SAME = Decimal("1.1")
FINEST = Decimal(1).scaleb(-PLACES)
WIDE = Context(prec=40)


class Verdict(Enum):
    GOOD = auto()
    ABSURD = auto()
    SUSPECT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered of one quantity of one coin."""

    value: Decimal | None = None
    time: datetime | None = None
    suspect: Decimal | None = None
    suspect_source: str = ""
    suspect_since: datetime | None = None


def judge(quantity: Quantity, value: Decimal, memory: Memory, *, source: str, now: datetime) -> Verdict:
    """What to do with `value` of `source`."""
    bounds = BOUNDS[quantity]
    if not value.is_finite() or not bounds.lowest <= value <= bounds.highest:
        return Verdict.ABSURD
    if bounds.factor is None or memory.value is None or _is_old(memory, now):
        return Verdict.GOOD
    if alike(value, memory.value, bounds.factor) or _is_confirmed(value, memory, source, now):
        return Verdict.GOOD
    return Verdict.SUSPECT


def alike(one: Decimal, other: Decimal, factor: Decimal = SAME) -> bool:
    """Whether two positive numbers lie within `factor` of each other."""
    low, high = sorted((one, other))
    return low > 0 and high <= low * factor


def tidy(value: Decimal) -> Decimal:
    """As many places as are kept. Call it on what was judged good or suspect."""
    return value.quantize(FINEST, context=WIDE)


def _is_old(memory: Memory, now: datetime) -> bool:
    return memory.time is None or now - memory.time >= INCOMPARABLE_AFTER


def _is_confirmed(value: Decimal, memory: Memory, source: str, now: datetime) -> bool:
    if memory.suspect is None or memory.suspect_since is None or not alike(value, memory.suspect):
        return False
    return source != memory.suspect_source or now - memory.suspect_since >= BELIEVED_AFTER
