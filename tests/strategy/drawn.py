"""Drawn cases: prices as "8 14 8 ?", ladders and fleets in a line, and a world in which changes come true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from energy.contract import Rate
from miners.contract import Capability, State
from strategy.contract import (
    BandAction,
    BandRule,
    Change,
    Decision,
    EngineState,
    MinerFacts,
    Settings,
    Snapshot,
    SwitchFacts,
    Verb,
)
from strategy.decide import changes, decide

NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)  # winter: local time is UTC
HALF_HOUR = timedelta(minutes=30)
LONDON = ZoneInfo("Europe/London")
LIVE = Settings(state=EngineState.LIVE)
POWER_W = {"eco": 10.0, "standard": 15.0, "oc": 20.0}
EVERYTHING = frozenset(Capability)


def band(lower: str | None, name: str, mode: str = "", **more: Any) -> BandRule:
    modes = {"bitaxe": mode} if mode else {}
    return BandRule(lower_pence=None if lower is None else Decimal(lower), name=name, modes=modes, **more)


LADDER = (
    band(None, "Paid", "oc"),
    band("0", "Free", "oc"),
    band("5", "Cheap", "standard"),
    band("10", "Normal", "eco"),
    band("20", "Champion", "eco", champion=True),
    band("30", "Peak", action=BandAction.OFF),
)
LEVELS = {rule.name: str(level) for level, rule in enumerate(LADDER)}


def rates(drawing: str, start: datetime = NOON) -> tuple[Rate, ...]:
    """One half-hour a word; `?` is a slot without a price."""
    slots = ((start + i * HALF_HOUR, word) for i, word in enumerate(drawing.split()))
    return tuple(Rate(at, at + HALF_HOUR, Decimal(word)) for at, word in slots if word != "?")


def miner(id: int, name: str = "", **more: Any) -> MinerFacts:
    """A Bitaxe that mines in eco and can do everything, unless told otherwise."""
    facts: dict[str, Any] = {
        "kind": "bitaxe",
        "capabilities": EVERYTHING,
        "modes": tuple(POWER_W),
        "power_w": POWER_W,
        "typical_power_w": 12.0,
        "efficiency_j_th": {"eco": 15.0 + id},
        "observed_at": NOON,
        "state": State.MINING,
        "reachable": True,
        "mode": "eco",
    }
    return MinerFacts(id=id, name=name or f"M{id}", **(facts | more))


def plug(id: int, on: bool | None = True, **more: Any) -> SwitchFacts:
    return SwitchFacts(id=id, name=f"P{id}", on=on, observed_at=NOON, **more)


def snapshot(drawing: str, **more: Any) -> Snapshot:
    facts: dict[str, Any] = {"now": NOON, "zone": LONDON, "settings": LIVE, "bands": LADDER, "miners": (miner(1),)}
    return Snapshot(rates=rates(drawing), **(facts | more))


def lived(scene: Snapshot, slots: int, every: timedelta = HALF_HOUR) -> Iterator[Decision]:
    """The decisions of `slots` half-hours, one every `every`, each remembering the one before."""
    for tick in range(int(slots * HALF_HOUR / every)):
        decision = decide(replace(scene, now=scene.now + tick * every, memory=scene.memory))
        scene = replace(scene, memory=decision.memory)
        yield decision


def bands_of(decisions: Iterable[Decision]) -> str:
    """Levels as one word a decision; `-` is the safe action."""
    return " ".join(LEVELS[each.band.name] if each.band else "-" for each in decisions)


@dataclass
class World:
    """Facts that follow commands, as devices and plugs do."""

    scene: Snapshot
    log: list[Change] = field(default_factory=list)

    def tick(self, **more: Any) -> tuple[Change, ...]:
        """Decide, do what is to be done, and say what that was."""
        self.scene = replace(self.scene, **more)
        decision = decide(self.scene)
        done = changes(decision, self.scene)
        self.scene = replace(self.scene, memory=decision.memory)
        for change in done:
            self._do(change)
        self.log += done
        return done

    def settle(self) -> int:
        """Tick until nothing is left to do; the number of ticks that did something."""
        for ticks in range(10):
            if not self.tick():
                return ticks
        raise AssertionError(f"never settles: {self.log[-5:]}")

    def _do(self, change: Change) -> None:
        if change.switch_id is not None:
            self._switch(change.switch_id, change.verb is Verb.PLUG_ON)
            return
        miners = tuple(_done(each, change) if each.id == change.miner_id else each for each in self.scene.miners)
        self.scene = replace(self.scene, miners=miners)

    def _switch(self, switch_id: int, on: bool) -> None:
        plugs = tuple(replace(each, on=on) if each.id == switch_id else each for each in self.scene.switches)
        state = State.MINING if on else State.OFF
        miners = tuple(
            replace(each, state=state, reachable=on) if each.switch_id == switch_id else each
            for each in self.scene.miners
        )
        self.scene = replace(self.scene, switches=plugs, miners=miners)


def _done(facts: MinerFacts, change: Change) -> MinerFacts:
    if change.verb is Verb.MODE:
        return replace(facts, mode=change.mode)
    if change.verb is Verb.POOL:
        return replace(facts, pool_address=f"pool{change.pool_id}:3333")
    stopped = change.verb in {Verb.PAUSE, Verb.SHUTDOWN}
    return replace(facts, state=State.PAUSED if stopped else State.MINING)
