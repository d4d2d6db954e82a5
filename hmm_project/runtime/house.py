"""Which simulated house a demo shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class House:
    """Instances have addresses and ports of their own, so that demos run side by side."""

    instance: int
    shift_minutes: int  # how much later in the day its prices have their shape

    @property
    def simulate(self) -> tuple[str, ...]:
        """The arguments of `simulate`."""
        return "--demo", "--instance", str(self.instance), "--shift", str(self.shift_minutes)
