"""What every miner drew, cost and hashed, price slot by price slot."""

from __future__ import annotations

from energy.ledger.costs import CostRow, Today, costs, today
from energy.ledger.keeping import keep

__all__ = ["CostRow", "Today", "costs", "keep", "today"]
