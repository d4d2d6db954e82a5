"""What a miner would have drawn had it always mined. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAYS_BACK = 7
WS_PER_KWH = 3_600_000


@dataclass(frozen=True, slots=True)
class Mined:
    """The energy a miner drew while it mined, and for how long."""

    kwh: float = 0
    seconds: float = 0

    def __add__(self, other: Mined) -> Mined:
        return Mined(self.kwh + other.kwh, self.seconds + other.seconds)

    @property
    def watts(self) -> float | None:
        return self.kwh * WS_PER_KWH / self.seconds if self.seconds > 0 else None


def mining_watts(days: Mapping[date, Mined], day: date, estimate_w: float | None) -> float | None:
    """Its mean while it mined on `day`, else in the seven days before, else its owner's estimate; None: unknown."""
    own = days.get(day, Mined()).watts
    if own is not None:
        return own
    before = sum((days.get(day - timedelta(days=back), Mined()) for back in range(1, DAYS_BACK + 1)), Mined())
    return before.watts if before.watts is not None else estimate_w
