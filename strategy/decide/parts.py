"""Every miner's part in an intent: what it should do, before anybody asks how a miner is stopped."""

from __future__ import annotations

from dataclasses import dataclass

from miners.contract import Capability
from strategy.contract import Goal, MinerFacts, Power
from strategy.decide.scene import Scene
from strategy.decide.steps import Intent


@dataclass(frozen=True, slots=True)
class Part:
    power: Power
    mode: str | None = None  # None: leave it
    pool_id: int | None = None  # None: leave it
    champion: bool = False
    because: str = ""  # a clause: "runs in eco"


LEFT = Part(Power.LEAVE, because="disabled, so it is left alone")
UNSUPPORTED = Part(Power.LEAVE, because="the driver of its family is not installed, so it is not switched on")
OFF = Part(Power.OFF)


def part(scene: Scene, intent: Intent, miner: MinerFacts) -> Part:
    if not miner.enabled:
        return LEFT
    if not miner.supported:
        return UNSUPPORTED if _would_run(intent, miner) else OFF
    if intent.goal is Goal.MINE:
        return _mines(scene, intent, miner)
    if intent.goal is Goal.LOWEST:
        return _runs(scene, intent, miner, miner.lowest_mode)
    if intent.goal is Goal.CHAMPION and intent.champion_id == miner.id:
        return _runs(scene, intent, miner, miner.lowest_mode, champion=True)
    return OFF


def _would_run(intent: Intent, miner: MinerFacts) -> bool:
    return intent.goal in {Goal.MINE, Goal.LOWEST} or intent.champion_id == miner.id


def _mines(scene: Scene, intent: Intent, miner: MinerFacts) -> Part:
    wanted = intent.band.modes.get(miner.kind) if intent.band else None
    wanted = miner.same_as.get(wanted or "", wanted)
    if wanted is None or wanted in miner.modes or miner.capabilities is None:
        return _runs(scene, intent, miner, wanted)
    if not miner.modes:
        return _runs(scene, intent, miner, None)
    return _runs(scene, intent, miner, miner.lowest_mode, note=f", its lowest mode, because it has no {wanted}")


def _runs(
    scene: Scene, intent: Intent, miner: MinerFacts, mode: str | None, *, champion: bool = False, note: str = ""
) -> Part:
    settable = miner.capabilities is None or miner.can(Capability.POOL)
    pool = scene.pool(intent.band.pool_id) if intent.band and settable else None
    how = f"runs in {mode}" if mode else "runs as it is"
    who = "champion: " if champion else ""
    return Part(Power.ON, mode, pool.id if pool and pool.enabled else None, champion, f"{who}{how}{note}")
