"""Hysteresis: dearer at once, cheaper only when it lasts or is worth it."""

from __future__ import annotations

from decimal import Decimal

from strategy.contract import BandAction, Verdict
from strategy.decide.ladder import Ladder


def settle(
    ladder: Ladder,
    *,
    standing: int | None,
    rested: bool,
    price: Decimal,
    next_price: Decimal | None,
    gain: Decimal,
) -> tuple[int, Verdict]:
    """The level to take for `price`, coming from level `standing` (None: from nowhere).

    A dearer band, and any band that is off, is taken at once. A cheaper one waits until `standing` has rested, and is
    then taken as far down as the next price agrees; this slot alone is followed further when its price is negative or
    `gain` pence below the band that would else be taken. Never takes a dearer level for a lower price.
    """
    here = ladder.level(price)
    if standing is None or here >= standing or ladder.bands[here].action is BandAction.OFF:
        return here, Verdict.PLAIN
    if not rested:
        return standing, Verdict.DWELLS
    agreed = standing if next_price is None else min(standing, max(here, ladder.level(next_price)))
    if agreed == here:
        return here, Verdict.PLAIN
    if price < 0:
        return here, Verdict.NEGATIVE
    if ladder.edges[agreed - 1] - price >= gain:
        return here, Verdict.WORTH
    return agreed, Verdict.NEXT_UNKNOWN if next_price is None else Verdict.NEXT_DEARER
