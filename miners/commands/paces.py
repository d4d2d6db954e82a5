"""How each family wants to be treated between two commands. From firmware sources and captures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from miners.contract import Kind
from miners.models import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    restart_s: float = 60  # from a restart until it takes commands again
    back_off_s: float = 60  # after the first failure of a command; doubles with each further one
    pool_restarts: bool = False  # a new pool is only stored until a restart, which proves it
    pool_live: bool = False  # a new pool that shows needs no restart
    lowers_itself: bool = False  # after an overheat it resumes with a lower setting, and stores that
    verify_s: Mapping[Action, float] = field(default_factory=dict)  # where it differs from the action's own


PACES: Mapping[str, Pace] = {
    # Boots for one to three minutes: waiting would block a worker, so the next readings tell.
    Kind.AVALON_NANO: Pace(
        restart_s=180, back_off_s=120, pool_live=True, verify_s={Action.RESTART: 0, Action.POOL: 10}
    ),
    Kind.BITAXE: Pace(restart_s=30, pool_restarts=True, lowers_itself=True),
    Kind.NERDQAXE: Pace(restart_s=30),
    Kind.NMMINER: Pace(restart_s=30),
}
CAREFUL = Pace()


def pace_of(kind: str) -> Pace:
    """A third party's family gets the careful defaults."""
    return PACES.get(kind, CAREFUL)
