"""Up to when prices are known, and how simulated days run faster than real ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from energy.simulators.curve import SLOT, ZONE

DAY_ENDS = time(23, 0)  # local: midnight in central Europe
PUBLISHED_AT = time(16, 0)


def horizon(now: datetime) -> datetime:
    """The end of the last published slot: 23:00 local of today, from 16:00 on of tomorrow."""
    local = now.astimezone(ZONE)
    days = 1 if local.time() >= PUBLISHED_AT else 0
    return datetime.combine(local.date() + timedelta(days=days), DAY_ENDS, ZONE)


@dataclass(frozen=True, slots=True)
class Scroll:
    """At `speed` n the present moves through simulated days n times as fast: half-hour slots keep their real times,
    and the curve scrolls through them, a slot at a time. At speed 1 simulated and real time are the same."""

    speed: float
    since: datetime

    def ahead(self, now: datetime) -> timedelta:
        """How far simulated time is ahead of real time, in whole slots."""
        ahead = (now - self.since) * (self.speed - 1)
        return ahead - ahead % SLOT
