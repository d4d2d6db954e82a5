"""The alerts of orders, compared every minute with what holds: a crash or a change of mind leaves none behind."""

from __future__ import annotations

from datetime import datetime

from miners.commands import ignored, resting


def review(now: datetime) -> None:
    ignored.review(now)
    resting.review(now)
