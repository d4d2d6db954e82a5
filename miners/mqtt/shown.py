"""A miner as Home Assistant gets to see it: only what is known now. No wallet, no address, no secret."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from miners.adapters.registry import KINDS
from miners.contract import Capability, Kind, State
from miners.figures import figures
from miners.models import Miner
from miners.schemas import modes_of

STALE = timedelta(minutes=3)  # nobody has looked for so long: nothing is known of now
LONGEST_TEXT = 255  # of a state in Home Assistant
STOPPABLE = frozenset((Capability.PAUSE, Capability.SHUTDOWN))
MAKERS = {
    Kind.AVALON_NANO: "Canaan",
    Kind.BITAXE: "Bitaxe",
    Kind.NERDQAXE: "NerdQAxe",
    Kind.NMMINER: "NMMiner",
}
MINING = {State.MINING: "ON", State.PAUSED: "OFF", State.OFF: "OFF"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`values` holds what is known, by its key in the state's JSON; what is not known has no key."""

    id: int
    name: str
    model: str
    maker: str | None = None
    firmware: str | None = None
    mac: str | None = None
    modes: tuple[str, ...] = ()  # empty: it has none, or they are not known yet
    stoppable: bool = False
    available: bool = False
    values: dict[str, Any] = field(default_factory=dict)


def gather(ids: Collection[int] | None, *, now: datetime) -> list[Shown]:
    """These miners, or all of them; those that are gone are left out. One query."""
    miners = Miner.objects.select_related("status")
    return [shown(miner, now) for miner in (miners if ids is None else miners.filter(pk__in=ids))]


def shown(miner: Miner, now: datetime) -> Shown:
    status = miner.status
    available = _is_known(miner, now)
    family = KINDS.get(miner.kind)
    return Shown(
        id=miner.pk,
        name=miner.name,
        model=status.model or (family.label if family else miner.kind),
        maker=next((maker for kind, maker in MAKERS.items() if kind == miner.kind), None),
        firmware=status.firmware,
        mac=miner.mac,
        modes=tuple(modes_of(miner)) if Capability.MODE in status.capabilities else (),
        stoppable=bool(STOPPABLE.intersection(status.capabilities)),
        available=available,
        values=_values(miner) if available else {},
    )


def _is_known(miner: Miner, now: datetime) -> bool:
    """Off at the plug is known too; silent is not."""
    polled_at = miner.status.polled_at
    return miner.enabled and miner.status.state in MINING and polled_at is not None and now - polled_at < STALE


def _values(miner: Miner) -> dict[str, Any]:
    status, now = miner.status, figures(miner)
    answers = status.state != State.OFF
    told = {
        "mining": MINING[State(status.state)],
        "hashrate_ths": _rounded(now.hashrate_ghs and now.hashrate_ghs / 1000, 3),
        "power_w": None if now.power_estimated else _rounded(now.power_w, 1),
        "j_per_th": _rounded(now.efficiency_j_th, 2),
        "temp_c": _rounded(now.temperature_c, 1),
        "mode": status.mode if answers else None,
        "pool": _text(status.pool_url) if answers else None,
        "best_difficulty": status.best_difficulty if answers else None,
        "firmware": _text(status.firmware),
        "problem": ("ON" if status.overheated or status.fault else "OFF") if answers else None,
    }
    return {key: value for key, value in told.items() if value is not None}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _text(value: str | None) -> str | None:
    return value[:LONGEST_TEXT] if value else None
