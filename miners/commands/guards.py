"""Cool-down, back-off and flash budget: what the ledger of the last day says about writing to a miner now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from miners.commands.order import Order
from miners.commands.paces import Pace
from miners.models import Action, Outcome

DAY = timedelta(days=1)
FLASH_BUDGET = 50  # writes to flash per miner and day; NVS sectors last some ten thousand
WEARING = frozenset((Action.MODE, Action.TUNE, Action.POOL))
FAILURES = frozenset((Outcome.UNVERIFIED, Outcome.REFUSED, Outcome.UNREACHABLE))
UNPROVABLE = frozenset((Action.RESTART, Action.IDENTIFY))  # unverified is not a failure
MEMORY = timedelta(hours=2)  # failures further apart are no row of failures
LONGEST_BACK_OFF_S = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One earlier attempt: it was sent, or the device was away, or it was so already. Or PLUG_ON of its plug."""

    time: datetime
    action: str
    argument: dict[str, Any]
    outcome: str
    sent: bool
    restarts: bool


def has_failed(past: Past) -> bool:
    """It was tried and did not come about."""
    if past.outcome == Outcome.UNVERIFIED and past.action in UNPROVABLE:
        return False
    return past.outcome in FAILURES and (past.sent or past.outcome == Outcome.UNREACHABLE)


def failures_in_a_row(history: Iterable[Past], order: Order, now: datetime) -> Sequence[Past]:
    """Failures of the very same order since it last came about, newest first like `history`."""
    same = (
        past
        for past in history
        if past.action == order.action and past.argument == order.argument and now - past.time < MEMORY
    )
    return list(takewhile(has_failed, same))


def cool_down(history: Iterable[Past], pace: Pace, now: datetime) -> str | None:
    """Why the miner must be left alone after a restart; None when it need not."""
    last = max((past.time for past in history if past.restarts), default=None)
    if last is None:
        return None
    left_s = pace.restart_s - (now - last).total_seconds()
    return f"It is restarting; it takes commands again in {left_s:.0f} s." if left_s > 0 else None


def back_off(history: Iterable[Past], order: Order, pace: Pace, now: datetime) -> str | None:
    """Why the same order is not tried again yet. A person who insists knows why."""
    if not order.automated:
        return None
    failures = failures_in_a_row(history, order, now)
    if not failures:
        return None
    pause_s = min(pace.back_off_s * 2 ** (len(failures) - 1), LONGEST_BACK_OFF_S)
    left_s = pause_s - (now - failures[0].time).total_seconds()
    if left_s <= 0:
        return None
    return f"It failed {len(failures)} times in a row; the next try is in {left_s:.0f} s."


def over_budget(history: Iterable[Past], order: Order) -> str | None:
    """Why nothing more is written to its flash, `history` being that of the last day."""
    if order.action not in WEARING:
        return None
    writes = sum(past.sent and past.action in WEARING and past.outcome != Outcome.REFUSED for past in history)
    if writes < FLASH_BUDGET:
        return None
    return (
        f"{writes} settings were written to it within a day, and its flash memory wears out: "
        "nothing more is written until some of them are a day old."
    )
