"""The champion: in a champion band only the most efficient miner runs, in its lowest mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from miners.contract import Capability, State
from strategy.contract import BandRule, Champion, MinerFacts, SwitchFacts
from strategy.decide.scene import Scene

FAILURES = 3  # in a row, then the next one is promoted
BOOT_GRACE = timedelta(minutes=4)  # an Avalon takes up to three from plug to pool


def reign(scene: Scene, band: BandRule, reigning: Champion | None, now: datetime) -> Champion:
    """Who is champion now: the reigning one until it fails or goes away, then the best that has not failed yet."""
    if reigning is None:
        return Champion(miner_id=_best(scene, frozenset()), since=now)
    reigning = _judged(scene, band, reigning) if scene.live else reigning.unasked(now)
    if reigning.failures >= FAILURES and reigning.miner_id is not None:
        excluded = reigning.excluded | {reigning.miner_id}
        return Champion(miner_id=_best(scene, excluded), since=now, excluded=excluded)
    miner = scene.miner(reigning.miner_id)
    if miner and miner.may_run:
        return reigning
    best = _best(scene, reigning.excluded)
    return reigning if best == reigning.miner_id else replace(reigning, miner_id=best, since=now, failures=0)


def efficiency_j_th(miner: MinerFacts) -> float | None:
    """J/TH in the mode it would run in, the lowest; else in the nearest mode above that is known."""
    known = miner.efficiency_j_th
    return next((known[mode] for mode in (*miner.modes, "") if mode in known), None)


def failure(scene: Scene, band: BandRule, miner: MinerFacts) -> str | None:
    """What is wrong with a champion, in words for a person; empty when all is well, None when nobody can tell."""
    plug = scene.plug_of(miner)
    if plug and plug.on is False:
        return "its plug stays off"
    if miner.reachable is False:
        return "it does not answer"
    if miner.reachable is None:
        return None
    if miner.state is State.MINING and band.pool_id and miner.can(Capability.POOL) and miner.pool_address is None:
        return "its pool is unknown"
    return ""


def _judged(scene: Scene, band: BandRule, champion: Champion) -> Champion:
    """Count the newest observation, once."""
    miner = scene.miner(champion.miner_id)
    if miner is None:
        return champion
    seen_at = max(_times(miner, scene.plug_of(miner)), default=None)
    if seen_at is None or seen_at <= (champion.judged_at or champion.since + BOOT_GRACE):
        return champion
    failed = failure(scene, band, miner)
    if failed is None:
        return champion
    return replace(champion, failures=champion.failures + 1 if failed else 0, judged_at=seen_at)


def _times(miner: MinerFacts, plug: SwitchFacts | None) -> Iterator[datetime]:
    yield from (time for time in (miner.observed_at, plug and plug.observed_at) if time)


def _best(scene: Scene, excluded: frozenset[int]) -> int | None:
    """The most efficient candidate; one that cannot be started as things are comes after all that can."""
    ranked = [
        (not _startable(miner, scene.plug_of(miner)), efficiency, miner.name, miner.id)
        for miner in scene.miners.values()
        if miner.may_run and miner.id not in excluded and (efficiency := efficiency_j_th(miner)) is not None
    ]
    return min(ranked)[-1] if ranked else None


def _startable(miner: MinerFacts, plug: SwitchFacts | None) -> bool:
    if plug and plug.on is False:
        return not plug.locked
    return miner.reachable is not False
