"""Plugs, each with all the miners behind it: on when any of them should run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strategy.contract import Lever, MinerFacts, Power, SwitchDecision, SwitchFacts
from strategy.decide.levers import STOPPING, soft_lever
from strategy.decide.parts import Part

Behind = Sequence[tuple[MinerFacts, Part]]


@dataclass(frozen=True, slots=True)
class Plugged:
    """A plug's decision, and whether its miners are stopped by it or must be stopped softly."""

    decision: SwitchDecision
    cuts: bool


def plug(switch: SwitchFacts, behind: Behind, *, prefer_soft_off: bool, lead: str = "") -> Plugged:
    """The decision for one plug; `lead` begins its sentence."""
    running = [miner.name for miner, part in behind if part.power is Power.ON]
    stopping = [miner for miner, part in behind if part.power is Power.OFF]
    if switch.locked:
        return _left(switch, "locked: never touched", _locked_conflict(switch, running))
    if not running and not stopping:
        return _left(switch, "feeds no miner that is decided for")
    if running:
        because = f"{lead}on for {_names(running)}"
        return Plugged(_decision(switch, Power.ON, because, _still_on(stopping, running)), cuts=False)
    if prefer_soft_off and all(soft_lever(miner) in STOPPING for miner in stopping):
        return _left(switch, "left alone: its miners stop by themselves")
    names = [miner.name for miner in stopping]
    bystanders = [miner.name for miner, part in behind if part.power is Power.LEAVE]
    conflict = f"also cuts {_names(bystanders)}, which is left alone" if bystanders else None
    return Plugged(_decision(switch, Power.OFF, f"{lead}off with {_names(names)}", conflict), cuts=True)


def _left(switch: SwitchFacts, because: str, conflict: str | None = None) -> Plugged:
    return Plugged(_decision(switch, Power.LEAVE, because, conflict), cuts=False)


def _decision(switch: SwitchFacts, power: Power, because: str, conflict: str | None) -> SwitchDecision:
    return SwitchDecision(switch_id=switch.id, power=power, because=because, conflict=conflict)


def _locked_conflict(switch: SwitchFacts, running: list[str]) -> str | None:
    if switch.on is False and running:
        return f"is locked and off, so {_names(running)} cannot run"
    return None


def _still_on(stopping: list[MinerFacts], running: list[str]) -> str | None:
    """Who keeps drawing power behind a plug that stays on for others."""
    drawing = [miner.name for miner in stopping if soft_lever(miner) in {Lever.LOWEST, Lever.UNCONTROLLABLE}]
    return f"stays on for {_names(running)}, so {_names(drawing)} cannot be off" if drawing else None


def _names(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
