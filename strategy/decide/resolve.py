"""From an intent to miners and plugs: each miner's part, and the lever that makes it so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from strategy.contract import Lever, MinerDecision, MinerFacts, Power, SwitchDecision
from strategy.decide.levers import WORDS, soft_lever
from strategy.decide.parts import Part, part
from strategy.decide.plugs import Plugged, plug
from strategy.decide.scene import Scene
from strategy.decide.steps import Intent


@dataclass(frozen=True, slots=True)
class Resolved:
    miners: tuple[MinerDecision, ...]
    switches: tuple[SwitchDecision, ...]


def resolve(scene: Scene, intent: Intent, reason: str = "") -> Resolved:
    """Decisions for every miner and plug of the scene, in its order; `reason` begins each miner's sentence."""
    parts = {miner.id: part(scene, intent, miner) for miner in scene.miners.values()}
    lead = f"{reason}: " if reason else ""
    plugs = _plugs(scene, parts, lead)
    miners = tuple(_miner(miner, parts[miner.id], plugs, lead) for miner in scene.miners.values())
    return Resolved(miners, tuple(plugged.decision for plugged in plugs.values()))


def _plugs(scene: Scene, parts: dict[int, Part], lead: str) -> dict[int, Plugged]:
    behind: dict[int, list[tuple[MinerFacts, Part]]] = defaultdict(list)
    for miner in scene.miners.values():
        if miner.switch_id is not None:
            behind[miner.switch_id].append((miner, parts[miner.id]))
    soft = scene.settings.prefer_soft_off
    return {
        switch.id: plug(switch, behind[switch.id], prefer_soft_off=soft, lead=lead)
        for switch in scene.switches.values()
    }


def _miner(miner: MinerFacts, part: Part, plugs: dict[int, Plugged], lead: str) -> MinerDecision:
    lever, mode, because = Lever.NONE, part.mode, part.because
    if part.power is Power.OFF:
        plugged = plugs.get(miner.switch_id) if miner.switch_id is not None else None
        lever = Lever.PLUG if plugged and plugged.cuts else soft_lever(miner)
        mode = miner.lowest_mode if lever is Lever.LOWEST else None
        because = WORDS[lever]
    return MinerDecision(
        miner_id=miner.id,
        power=part.power,
        mode=mode,
        pool_id=part.pool_id,
        champion=part.champion,
        lever=lever,
        because=lead + because,
    )
