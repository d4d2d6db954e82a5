"""Simulated seconds: real ones, or faster."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clock:
    """Counts simulated seconds from 0; `scale` of them pass in a real second."""

    scale: float = 1.0
    _started: float = field(default_factory=time.monotonic)

    def now(self) -> float:
        return (time.monotonic() - self._started) * self.scale

    def real(self, seconds: float) -> float:
        """Real seconds that `seconds` of simulated time take."""
        return seconds / self.scale
