"""What a miner does now in numbers: its last reading while it answers, and where nothing measures its power, the
estimate its owner gave. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from miners.contract import State
from miners.models import Miner

ANSWERING = frozenset({State.MINING, State.PAUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """None: not known now. What an unreachable miner said last is not what it does."""

    hashrate_ghs: float | None = None
    power_w: float | None = None
    power_estimated: bool = False
    temperature_c: float | None = None

    @property
    def efficiency_j_th(self) -> float | None:
        """Joules per terahash: watts per TH/s. None while it does not hash; an estimate is no measurement."""
        if self.power_w is None or self.power_estimated or not self.hashrate_ghs:
            return None
        return self.power_w / self.hashrate_ghs * 1000


def figures(miner: Miner) -> Figures:
    status = miner.status
    if status.state not in ANSWERING:
        return Figures()
    estimated = status.power_w is None and status.state == State.MINING and miner.estimated_power_w is not None
    return Figures(
        hashrate_ghs=status.hashrate_ghs,
        power_w=miner.estimated_power_w if estimated else status.power_w,
        power_estimated=estimated,
        temperature_c=status.temperature_c,
    )
