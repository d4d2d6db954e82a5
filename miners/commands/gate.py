"""SHADOW and PAUSED: whether anything may be sent at all. The strategy registers the answer; nobody yet: SHADOW."""

from __future__ import annotations

from collections.abc import Callable

from miners.commands.order import Order, Result
from miners.models import Outcome

SHADOW = "SHADOW"
PAUSED = "PAUSED"
Gate = Callable[[], str]


class _Registered:
    gate: Gate | None = None


def register_gate(gate: Gate) -> None:
    """`gate` answers LIVE, SHADOW or PAUSED; asked before every write."""
    _Registered.gate = gate


def state() -> str:
    return _Registered.gate() if _Registered.gate else SHADOW


def stops(order: Order, state: str) -> Result | None:
    """SHADOW stops everybody, PAUSED the strategy."""
    if state == SHADOW:
        detail = "SHADOW: nothing was sent; set the strategy to LIVE, or to PAUSED to steer by hand."
    elif state == PAUSED and order.automated:
        detail = "PAUSED: nothing was sent."
    else:
        return None
    return Result(outcome=Outcome.SHADOWED, detail=detail)
