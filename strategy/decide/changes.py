"""What has to be done: where what is observed is clearly not what was decided. Unknown is never "wrong"."""

from __future__ import annotations

from collections.abc import Iterator

from miners.contract import Capability, State
from strategy.contract import (
    Change,
    Decision,
    Lever,
    MinerDecision,
    MinerFacts,
    Power,
    Snapshot,
    SwitchDecision,
    SwitchFacts,
    Verb,
)
from strategy.decide.levers import STOPPING, soft_lever


def changes(decision: Decision, snapshot: Snapshot) -> tuple[Change, ...]:
    """Plugs first, then devices, each device's in the order they must be done. Empty when all is as decided."""
    miners = {miner.id: miner for miner in snapshot.miners}
    switches = {switch.id: switch for switch in snapshot.switches}
    pools = {pool.id: pool.address for pool in snapshot.pools}
    plugs = (_plug(wanted, switches[wanted.switch_id]) for wanted in decision.switches)
    devices = (_device(wanted, miners[wanted.miner_id], switches, pools) for wanted in decision.miners)
    return (*(change for change in plugs if change), *(change for each in devices for change in each))


def _plug(wanted: SwitchDecision, switch: SwitchFacts) -> Change | None:
    if switch.on is None or wanted.power is Power.LEAVE or switch.on is (wanted.power is Power.ON):
        return None
    verb = Verb.PLUG_OFF if switch.on else Verb.PLUG_ON
    return Change(verb=verb, switch_id=switch.id, because=wanted.because)


def _device(
    wanted: MinerDecision, miner: MinerFacts, switches: dict[int, SwitchFacts], pools: dict[int, str]
) -> Iterator[Change]:
    """A device that does not answer is sent nothing: its plug comes first, the rest when it has booted."""
    if not miner.reachable:
        return
    if wanted.power is Power.ON:
        yield from _start(wanted, miner)
        yield from _mode(wanted, miner)
        yield from _pool(wanted, miner, pools)
    elif wanted.lever is Lever.LOWEST:
        yield from _mode(wanted, miner)
    elif wanted.power is Power.OFF and miner.state is State.MINING:
        yield from _stop(wanted, miner, switches)


def _stop(wanted: MinerDecision, miner: MinerFacts, switches: dict[int, SwitchFacts]) -> Iterator[Change]:
    lever = wanted.lever
    if lever is Lever.PLUG and miner.switch_id is not None and switches[miner.switch_id].on is None:
        lever = soft_lever(miner)  # nobody can tell what the plug does: stop softly until it answers
    if lever in STOPPING:
        yield Change(verb=Verb(lever.value), miner_id=miner.id, because=wanted.because)


def _start(wanted: MinerDecision, miner: MinerFacts) -> Iterator[Change]:
    if miner.state is State.PAUSED and (miner.can(Capability.PAUSE) or miner.can(Capability.SHUTDOWN)):
        yield Change(verb=Verb.RESUME, miner_id=miner.id, because=wanted.because)


def _mode(wanted: MinerDecision, miner: MinerFacts) -> Iterator[Change]:
    if wanted.mode and miner.mode and wanted.mode != miner.mode and wanted.mode in miner.modes:
        yield Change(verb=Verb.MODE, miner_id=miner.id, because=wanted.because, mode=wanted.mode)


def _pool(wanted: MinerDecision, miner: MinerFacts, pools: dict[int, str]) -> Iterator[Change]:
    if wanted.pool_id is None or miner.pool_address is None or not miner.can(Capability.POOL):
        return
    if miner.pool_address != pools.get(wanted.pool_id, miner.pool_address):
        yield Change(verb=Verb.POOL, miner_id=miner.id, because=wanted.because, pool_id=wanted.pool_id)
