"""How well miners are and where they are going, from their roll-ups."""

from __future__ import annotations

from miners.health.contract import Health
from miners.health.leaderboard import Rank, leaderboard
from miners.health.reporting import report, reports
from miners.health.watching import watch

__all__ = ["Health", "Rank", "leaderboard", "report", "reports", "watch"]
