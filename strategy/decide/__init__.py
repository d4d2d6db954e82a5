"""The decision engine: pure, total, deterministic. Standard library only."""

from __future__ import annotations

from strategy.decide.changes import changes
from strategy.decide.engine import decide
from strategy.decide.plan import plan

__all__ = ["changes", "decide", "plan"]
