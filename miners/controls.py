"""The buttons of a miner: what its device can do, as it said itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from miners.adapters.options import from_json
from miners.contract import Capability, Kind, State
from miners.models import Action, Miner


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    action: Action
    label: str
    icon: str
    asks: str = ""  # a question before it is done


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    buttons: Sequence[Button] = ()
    modes: Sequence[str] = ()
    mode: str | None = None
    lacks: Sequence[str] = ()  # what its family or firmware cannot do, each a sentence

    @property
    def none(self) -> bool:
        return not (self.buttons or self.modes)


PAUSE = Button(action=Action.PAUSE, label="Pause", icon="circle-pause")
RESUME = Button(action=Action.RESUME, label="Resume", icon="circle-play")
SHUTDOWN = Button(
    action=Action.SHUTDOWN, label="Shut down", icon="power-off", asks="Stop hashing until it is resumed or restarted?"
)
RESTART = Button(
    action=Action.RESTART, label="Restart", icon="rotate-cw", asks="Restart it? It mines again in a minute."
)
IDENTIFY = Button(action=Action.IDENTIFY, label="Identify", icon="lightbulb")

NEVER_OFF: Mapping[str, str] = {
    Kind.AVALON_NANO: "An Avalon Nano cannot be switched off over the network",
    Kind.BITAXE: "A Bitaxe pauses from AxeOS 2.14 on, and this firmware does not",
    Kind.NERDQAXE: "This firmware of the NerdQAxe cannot shut it down",
    Kind.NMMINER: "An NMMiner cannot be switched off over the network",
}
NEVER_TUNED: Mapping[str, str] = {
    Kind.AVALON_NANO: "It has modes, and no frequency and core voltage of its own to choose.",
    Kind.NMMINER: "It has neither modes nor frequencies to choose.",
}


def controls(miner: Miner) -> Controls:
    able = {Capability(name) for name in miner.status.capabilities if name in list(Capability)}
    options = from_json(miner.status.options)
    return Controls(
        buttons=_buttons(able, resting=miner.status.state == State.PAUSED),
        modes=list(options.modes) if options and Capability.MODE in able else [],
        mode=miner.status.mode,
        lacks=_lacks(miner, able) if miner.status.seen_at and not miner.status.needs_code else (),
    )


def _lacks(miner: Miner, able: Set[Capability]) -> list[str]:
    found = []
    if not able & {Capability.PAUSE, Capability.SHUTDOWN}:
        reason = NEVER_OFF.get(miner.kind, "It cannot be switched off over the network")
        found.append(f"{reason}: its plug {miner.switch} does it." if miner.switch else f"{reason}: give it a plug.")
    if Capability.RESTART not in able:
        found.append("It cannot be restarted over the network.")
    if Capability.TUNE not in able and miner.kind in NEVER_TUNED:
        found.append(NEVER_TUNED[miner.kind])
    return found


def _buttons(able: Set[Capability], *, resting: bool) -> list[Button]:
    stops = PAUSE if Capability.PAUSE in able else SHUTDOWN if Capability.SHUTDOWN in able else None
    found = [RESUME if resting else stops] if stops else []
    found += [RESTART] if Capability.RESTART in able else []
    found += [IDENTIFY] if Capability.IDENTIFY in able else []
    return found
