"""The only door: every write to a device or a plug goes through `execute`.

One at a time per miner (the poller respects the same lock), stopped by SHADOW, compared before, paced, clamped by the
driver, read back, and kept in the ledger with who, why and outcome.
"""

from __future__ import annotations

from miners.commands.execution import execute
from miners.commands.gate import register_gate
from miners.commands.order import STRATEGY, Order
from miners.commands.preview import Effect, preview

__all__ = ["STRATEGY", "Effect", "Order", "execute", "preview", "register_gate"]
