"""The off ladder: plug, else pause or shutdown, else the lowest mode, else uncontrollable and said loudly."""

from __future__ import annotations

from miners.contract import Capability
from strategy.contract import Lever, MinerFacts

STOPPING = frozenset({Lever.PAUSE, Lever.SHUTDOWN})
WORDS = {
    Lever.PLUG: "off at its plug",
    Lever.PAUSE: "paused",
    Lever.SHUTDOWN: "shut down",
    Lever.LOWEST: "should be off, but can only be turned down to its lowest mode",
    Lever.UNCONTROLLABLE: "should be off, but nothing can switch it off",
    Lever.NONE: "off as soon as it tells what it can do",
}


def soft_lever(miner: MinerFacts) -> Lever:
    """What stops this miner with its power on."""
    if miner.capabilities is None:
        return Lever.NONE
    if miner.can(Capability.PAUSE):
        return Lever.PAUSE
    if miner.can(Capability.SHUTDOWN) and miner.can(Capability.RESTART):  # only a restart brings it back
        return Lever.SHUTDOWN
    return Lever.LOWEST if miner.lowest_mode else Lever.UNCONTROLLABLE
