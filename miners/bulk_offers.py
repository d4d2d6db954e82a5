"""What the pages offer to do to many miners, as one list of choices. Other apps add theirs.

A choice is sent as "action", or as "action:value" where the action needs one: "pause", "mode:eco", "profile:3".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from miners.adapters.registry import KINDS
from miners.models import Action, TuningProfile

Values = Callable[[], Iterable[tuple[str, str]]]  # each with its words


@dataclass(frozen=True, slots=True)
class Offer:
    value: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    label: str
    offers: Sequence[Offer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """An action that needs a value of a list; `argument` is its name in miners.bulk."""

    argument: str
    label: str
    values: Values


PLAIN: Mapping[Action, str] = {
    Action.PAUSE: "Pause (or shut down)",
    Action.RESUME: "Resume",
    Action.SHUTDOWN: "Shut down",
    Action.RESTART: "Restart",
    Action.IDENTIFY: "Identify",
    Action.TUNE: "Tune…",  # asks for its two numbers on the next page
}


def _modes() -> list[tuple[str, str]]:
    """Every mode of every family, with the families that have it."""
    families: dict[str, list[str]] = {}
    for family in KINDS.values():
        for mode in family.modes:
            families.setdefault(mode, []).append(family.label)
    return [(mode, f"{mode} ({', '.join(labels)})") for mode, labels in families.items()]


def _profiles() -> list[tuple[str, str]]:
    return [(str(profile.pk), f"{profile} ({profile.model})") for profile in TuningProfile.objects.all()]


_valued: dict[str, Valued] = {
    Action.MODE: Valued(argument="mode", label="Mode", values=_modes),
    "profile": Valued(argument="profile_id", label="Tuning profile", values=_profiles),
}


def register(action: str, offered: Valued) -> None:
    """Offer an action that another app registered with miners.bulk, such as pools' "pool"."""
    _valued[action] = offered


def groups() -> list[Group]:
    """Everything on offer now, as the groups of a select."""
    plain = Group(label="Do", offers=[Offer(str(action), words) for action, words in PLAIN.items()])
    valued = [
        Group(label=each.label, offers=[Offer(f"{action}:{value}", words) for value, words in each.values()])
        for action, each in _valued.items()
    ]
    return [plain, *(group for group in valued if group.offers)]


def understood(choice: str) -> tuple[str, dict[str, str]] | None:
    """The action and its value as miners.bulk takes them; None for what is not on offer."""
    if not any(choice == offer.value for group in groups() for offer in group.offers):
        return None
    action, _, value = choice.partition(":")
    return (action, {_valued[action].argument: value}) if value else (action, {})
