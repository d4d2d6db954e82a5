"""Adding what was found: all that were chosen, or none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from miners.contract import Found
from miners.models import Miner
from miners.services import create_miner


@dataclass(frozen=True, slots=True)
class Choice:
    """A found device and the name it is to have."""

    found: Found
    name: str


class NotAdded(Exception):
    """At least one cannot be added, so none was. `reasons`: a sentence each, by key."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(f"{len(reasons)} cannot be added")
        self.reasons = dict(reasons)


@transaction.atomic
def add_all(choices: Mapping[str, Choice], *, actor: str, now: datetime) -> list[Miner]:
    """A miner for each choice. Raises NotAdded, with a reason for every choice that has one."""
    made: list[Miner] = []
    reasons: dict[str, str] = {}
    for key, choice in choices.items():
        try:
            made.append(_add(choice, actor=actor, now=now))
        except ValidationError as error:
            reasons[key] = " ".join(error.messages)
    if reasons:
        raise NotAdded(reasons)
    return made


@transaction.atomic
def _add(choice: Choice, *, actor: str, now: datetime) -> Miner:
    found = choice.found
    return create_miner(
        actor=actor, now=now, name=choice.name, kind=found.kind, host=found.host, port=found.port, mac=found.mac
    )
