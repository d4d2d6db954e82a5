"""What happens next, read off the plan: when, which band, who starts, who stops. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from strategy.contract import BandRule, Lever, MinerDecision, Plan, PlanSlot, Power

FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    at: datetime
    band: BandRule | None
    price_pence: Decimal | None
    known: bool
    because: str
    starting: tuple[int, ...]  # miner ids
    stopping: tuple[int, ...]
    slowing: tuple[int, ...]  # should stop, but only have a lowest mode
    stuck: tuple[int, ...]  # should stop, and nothing can be done
    changing: tuple[tuple[int, str], ...]  # miner id, new mode


def slot_at(plan: Plan, now: datetime) -> PlanSlot | None:
    return next((slot for slot in plan.slots if slot.valid_from <= now < slot.valid_to), None)


def band_until(plan: Plan, now: datetime) -> datetime | None:
    """When the band in force ends; None when it lasts as far as the plan goes."""
    current = slot_at(plan, now)
    ahead = (slot for slot in plan.slots if slot.valid_from > now)
    return next((slot.valid_from for slot in ahead if current and _key(slot) != _key(current)), None)


def next_change(plan: Plan, now: datetime) -> Next | None:
    """The first slot ahead in which the band or any miner differs from now; None when nothing changes in sight."""
    current = slot_at(plan, now)
    if current is None:
        return None
    for slot in plan.slots:
        if slot.valid_from > now and _differs(slot, current):
            return _next(slot, current)
    return None


def _key(slot: PlanSlot) -> object:
    return slot.band.key if slot.band else None, slot.goal


def _wish(miner: MinerDecision) -> object:
    return miner.power, miner.mode, miner.champion


def _differs(slot: PlanSlot, current: PlanSlot) -> bool:
    before = {miner.miner_id: _wish(miner) for miner in current.miners}
    return _key(slot) != _key(current) or before != {miner.miner_id: _wish(miner) for miner in slot.miners}


def _next(slot: PlanSlot, current: PlanSlot) -> Next:
    before = {miner.miner_id: miner for miner in current.miners}
    pairs = [(before[miner.miner_id], miner) for miner in slot.miners if miner.miner_id in before]
    ending = [(new.miner_id, new.lever) for old, new in pairs if new.power == Power.OFF != old.power]
    return Next(
        at=slot.valid_from,
        band=slot.band,
        price_pence=slot.price_pence,
        known=slot.known,
        because=slot.because,
        starting=tuple(new.miner_id for old, new in pairs if new.power == Power.ON != old.power),
        stopping=tuple(each for each, lever in ending if lever not in {Lever.LOWEST, Lever.UNCONTROLLABLE}),
        slowing=tuple(each for each, lever in ending if lever == Lever.LOWEST),
        stuck=tuple(each for each, lever in ending if lever == Lever.UNCONTROLLABLE),
        changing=tuple(
            (new.miner_id, new.mode)
            for old, new in pairs
            if new.power == old.power == Power.ON and new.mode and new.mode != old.mode
        ),
    )


def lines(change: Next, names: Mapping[int, str]) -> list[str]:
    """Who does what then: a line for each kind of change, one miner or many."""
    modes: dict[str, list[int]] = {}
    for miner_id, mode in change.changing:
        modes.setdefault(mode, []).append(miner_id)
    told = [
        (change.starting, "starts", "start"),
        (change.stopping, "stops", "stop"),
        (change.slowing, "goes to its lowest mode: nothing stops it", "go to their lowest mode: nothing stops them"),
        (change.stuck, "runs on: nothing stops it", "run on: nothing stops them"),
        *((tuple(ids), f"goes to {mode}", f"go to {mode}") for mode, ids in modes.items()),
    ]
    return [_line([names.get(each, "?") for each in ids], one, many, len(names)) for ids, one, many in told if ids]


def _line(who: Sequence[str], one: str, many: str, fleet: int) -> str:
    if len(who) == 1:
        return f"{who[0]} {one}"
    if len(who) == fleet:
        return f"All {fleet} miners {many}"
    return f"{', '.join(who)} {many}" if len(who) <= FEW else f"{len(who)} miners {many}: {', '.join(who)}"
