"""A miner's rows as facts: what it is, what it can do, and what was seen of it lately."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from miners.adapters.options import from_json
from miners.adapters.registry import KINDS
from miners.contract import Capability, Preset, State
from miners.models import Miner, MinerStatus
from strategy.contract import MinerFacts

SILENT = frozenset({State.UNREACHABLE, State.OFF})


def miner_facts(miner: Miner, measured: Mapping[str, float], *, since: datetime) -> MinerFacts:
    """What was observed before `since`, or not at the last attempt, is not known any more."""
    status = getattr(miner, "status", None) or MinerStatus(miner=miner)
    state = State(status.state)
    reachable = _reachable(status, state, since)
    supported = miner.kind in KINDS
    capabilities = _capabilities(status) if supported else frozenset()
    options = from_json(status.options) if Capability.MODE in (capabilities or ()) else None
    presets = options.modes if options else {}
    mining = reachable is True and state is State.MINING
    return MinerFacts(
        id=miner.pk,
        name=miner.name,
        kind=miner.kind,
        enabled=miner.enabled,
        supported=supported,
        switch_id=miner.switch_id,
        capabilities=capabilities,
        modes=tuple(presets),
        same_as=_same_as(presets),
        power_w=_power_w(presets, status, mining=mining),
        typical_power_w=status.power_w if mining and status.power_w else miner.estimated_power_w,
        efficiency_j_th=_expected_j_th(presets) | dict(measured),
        observed_at=status.polled_at,
        state=state,
        reachable=reachable,
        mode=status.mode if reachable else None,
        pool_address=status.pool_url if reachable else None,
    )


def _reachable(status: MinerStatus, state: State, since: datetime) -> bool | None:
    if status.polled_at is None or status.polled_at < since:
        return None
    if status.failures == 0 and status.seen_at is not None:
        return True  # it answered, whatever it said
    return False if state in SILENT else None


def _capabilities(status: MinerStatus) -> frozenset[Capability] | None:
    if status.seen_at is None:
        return None
    known = set(Capability)
    return frozenset(Capability(word) for word in status.capabilities if word in known)


def _same_as(presets: Mapping[str, Preset]) -> dict[str, str]:
    """A board that has the same setting under several names tells the first of them."""
    first: dict[tuple[object, ...], str] = {}
    return {
        mode: first.setdefault((preset.frequency_mhz, preset.core_voltage_mv, preset.level), mode)
        for mode, preset in presets.items()
    }


def _power_w(presets: Mapping[str, Preset], status: MinerStatus, *, mining: bool) -> dict[str, float]:
    expected = {mode: preset.power_w for mode, preset in presets.items() if preset.power_w is not None}
    if mining and status.mode and status.power_w:
        expected[status.mode] = status.power_w
    return expected


def _expected_j_th(presets: Mapping[str, Preset]) -> dict[str, float]:
    return {
        mode: preset.power_w / preset.hashrate_ghs * 1000
        for mode, preset in presets.items()
        if preset.power_w and preset.hashrate_ghs
    }
