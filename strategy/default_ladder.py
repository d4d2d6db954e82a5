"""The ladder a fresh install begins with."""

from __future__ import annotations

from decimal import Decimal

from miners.contract import Kind
from strategy.contract import BandAction, BandRule


def _modes(board: str, nano: str) -> dict[str, str]:
    return {Kind.BITAXE.value: board, Kind.NERDQAXE.value: board, Kind.AVALON_NANO.value: nano}


FULL, HALF, LEAST = _modes("oc", "high"), _modes("standard", "med"), _modes("eco", "low")

DEFAULT_LADDER = (
    BandRule(lower_pence=None, name="Paid to mine", color="#3b82f6", modes=FULL),
    BandRule(lower_pence=Decimal(0), name="Very cheap", color="#22c55e", modes=FULL),
    BandRule(lower_pence=Decimal(5), name="Cheap", color="#84cc16", modes=HALF),
    BandRule(lower_pence=Decimal(10), name="Normal", color="#f59e0b", modes=LEAST),
    BandRule(lower_pence=Decimal(20), name="Champion", color="#f97316", champion=True, modes=LEAST),
    BandRule(lower_pence=Decimal(30), name="Peak", color="#ef4444", action=BandAction.OFF),
)
