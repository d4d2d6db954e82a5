"""What the one door to the hardware asks before every write."""

from __future__ import annotations

from django.utils import timezone

from strategy.models import Strategy


def state_now() -> str:
    """LIVE, SHADOW or PAUSED. Asked when something is about to be sent, so that the answer is never an old one."""
    return Strategy.load().state_at(timezone.now()).value
