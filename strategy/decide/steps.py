"""One step of the engine: what a moment is for, and what to remember. Knows nothing of single miners and plugs.

The live decision is the step of now; the plan is this step folded over the slots ahead, a replay over those behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from strategy.contract import BandAction, BandRule, Champion, Goal, Memory, SafeAction, Slot, Verdict
from strategy.decide.champion import reign
from strategy.decide.hysteresis import settle
from strategy.decide.scene import Scene

AHEAD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Intent:
    """What every miner's part follows from: equal intents mean equal parts."""

    goal: Goal
    band: BandRule | None = None  # None: the safe action, no band's rules apply
    champion_id: int | None = None

    def __hash__(self) -> int:  # a band holds a mapping
        return hash((self.goal, self.band and self.band.name, self.champion_id))


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    until: datetime  # when the next step is due
    slot: Slot
    verdict: Verdict
    intent: Intent
    memory: Memory  # for the next step


def walk(scene: Scene, at: datetime, memory: Memory) -> Iterator[Step]:
    """Steps from `at` to the end of the known prices, a day at least, each taking those before it as carried out."""
    end = max(at + AHEAD, scene.prices.known_until or at)
    while at < end:
        step = advance(scene, at, memory)
        yield step
        at, memory = step.until, step.memory


def foreseen(step: Step, following: Step) -> bool:
    """Whether `following` will come: not so where it only means that no price is known yet."""
    return following.slot.price_pence is not None or step.slot.price_pence is None


def advance(scene: Scene, at: datetime, memory: Memory) -> Step:
    slot = scene.prices.slot(at)
    if not scene.ladder.bands:
        return Step(at, slot.valid_to, slot, Verdict.NO_LADDER, Intent(Goal.OFF), memory)
    if slot.price_pence is None:
        return _without_price(scene, at, slot, memory)
    return _with_price(scene, at, slot, slot.price_pence, memory)


def _with_price(scene: Scene, at: datetime, slot: Slot, price: Decimal, memory: Memory) -> Step:
    """A slot is decided once, at its first step; again only when its prices or the ladder have changed."""
    next_price = scene.prices.price(slot.valid_to)
    basis = f"{price} then {next_price}; {scene.ladder.fingerprint}"
    standing = scene.ladder.level_of(memory.band)
    if standing is not None and (memory.slot_from, memory.basis) == (slot.valid_from, basis):
        level, verdict = standing, memory.verdict
    else:
        rested = memory.since is None or at - memory.since >= scene.settings.dwell
        gain = scene.settings.gain_pence
        level, verdict = settle(
            scene.ladder, standing=standing, rested=rested, price=price, next_price=next_price, gain=gain
        )
    stays = level == standing
    # A band that begins with its slot counts from the slot's start: a late tick must not cost the next slot.
    since = at if memory.slot_from == slot.valid_from else slot.valid_from
    band = scene.ladder.bands[level]
    intent, champion = _intend(scene, at, band, memory.champion if stays else None)
    memory = Memory(
        band=band.key,
        since=memory.since if stays else since,
        verdict=verdict,
        slot_from=slot.valid_from,
        basis=basis,
        priced_until=slot.valid_to,
        champion=champion,
    )
    return Step(at, slot.valid_to, slot, verdict, intent, memory)


def _without_price(scene: Scene, at: datetime, slot: Slot, memory: Memory) -> Step:
    """Hold the last decision for a while, then the safe action. What was never decided cannot be held."""
    missing_since = memory.missing_since or min(at, memory.priced_until or at)
    hold_until = missing_since + scene.settings.hold
    memory = replace(memory, missing_since=missing_since)
    level = scene.ladder.level_of(memory.band)
    band = None if level is None else scene.ladder.bands[level]
    held = band is not None and at < hold_until
    if not held and scene.settings.missing_price_action is SafeAction.OFF:
        memory = replace(memory, champion=memory.champion and memory.champion.unasked(at))
        return Step(at, slot.valid_to, slot, Verdict.SAFE, Intent(Goal.OFF), memory)
    intent, champion = _intend(scene, at, band, memory.champion) if band else (Intent(Goal.MINE), None)
    memory = replace(memory, champion=champion)
    if held:
        return Step(at, min(slot.valid_to, hold_until), slot, Verdict.HELD, intent, memory)
    if intent.goal is Goal.MINE:  # the safe action starts nothing that the last decision kept off
        intent = Intent(Goal.LOWEST)
    return Step(at, slot.valid_to, slot, Verdict.SAFE, intent, memory)


def _intend(scene: Scene, at: datetime, band: BandRule, champion: Champion | None) -> tuple[Intent, Champion | None]:
    """A champion band without champion mode, or with nobody left to be champion, is off: never everyone on."""
    if band.action is BandAction.OFF or (band.champion and not scene.settings.champion_mode_enabled):
        return Intent(Goal.OFF, band), None
    if not band.champion:
        return Intent(Goal.MINE, band), None
    champion = reign(scene, band, champion, at)
    goal = Goal.OFF if champion.miner_id is None else Goal.CHAMPION
    return Intent(goal, band, champion.miner_id), champion
