"""What a resolved intent is expected to draw."""

from __future__ import annotations

from dataclasses import dataclass

from strategy.contract import Lever, MinerDecision, MinerFacts, Power
from strategy.decide.resolve import Resolved
from strategy.decide.scene import Scene


@dataclass(frozen=True, slots=True)
class Draw:
    watts: float  # of the miners whose power is known
    unmeasured: int  # miners that draw a power nobody knows


def draw(scene: Scene, resolved: Resolved) -> Draw:
    known = [
        power_w(scene.miners[decision.miner_id], decision) for decision in resolved.miners if draws_power(decision)
    ]
    return Draw(sum(watts for watts in known if watts is not None), known.count(None))


def draws_power(decision: MinerDecision) -> bool:
    """A miner that is left alone is not ours to count."""
    if decision.power is Power.OFF:
        return decision.lever in {Lever.LOWEST, Lever.UNCONTROLLABLE}
    return decision.power is Power.ON


def power_w(miner: MinerFacts, decision: MinerDecision) -> float | None:
    return miner.power_w.get(decision.mode or miner.mode or "", miner.typical_power_w)
