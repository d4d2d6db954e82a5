"""What is asked for and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from miners.contract import PoolEndpoint, Reading
from miners.models import Action, Outcome
from miners.power.client import Entity

STRATEGY = "strategy"  # the actor that is no person
PLUG_ACTIONS = frozenset((Action.PLUG_ON, Action.PLUG_OFF))


@dataclass(frozen=True, slots=True)
class Order:
    """One write to one miner, or to one plug. ValueError when it does not say what to do to whom."""

    action: Action
    actor: str
    because: str
    miner_id: int | None = None
    switch_id: int | None = None
    mode: str | None = None
    pool: PoolEndpoint | None = None
    frequency_mhz: float | None = None
    core_voltage_mv: float | None = None

    def __post_init__(self) -> None:
        is_plug = self.action in PLUG_ACTIONS
        if (self.switch_id is not None) != is_plug or (self.miner_id is not None) == is_plug:
            raise ValueError(f"{self.action} needs exactly {'a switch' if is_plug else 'a miner'}")
        if None in self.argument.values():
            raise ValueError(f"{self.action} needs {', '.join(self.argument)}")

    @property
    def automated(self) -> bool:
        return self.actor == STRATEGY

    @property
    def argument(self) -> dict[str, Any]:
        """What the ledger keeps beside the action; no secret."""
        if self.action is Action.MODE:
            return {"mode": self.mode}
        if self.action is Action.TUNE:
            return {"frequency_mhz": self.frequency_mhz, "core_voltage_mv": self.core_voltage_mv}
        if self.action is Action.POOL:
            return {"pool": self.pool and f"{self.pool.host}:{self.pool.port}", "user": self.pool and self.pool.user}
        return {}

    @property
    def subject(self) -> str:
        """The journal's name of what is written to; also the name of its lock."""
        return f"miner:{self.miner_id}" if self.switch_id is None else f"switch:{self.switch_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of an order. `sent`: something was written to the device; `waits`: not now, but it will be tried."""

    outcome: Outcome
    detail: str = ""
    sent: bool = False
    restarts: bool = False
    waits: bool = False
    reading: Reading | None = None  # the device as it was last read
    entity: Entity | None = None  # the plug as it was last read

    @classmethod
    def later(cls, detail: str) -> Result:
        return cls(outcome=Outcome.REFUSED, detail=detail, waits=True)

    @classmethod
    def refused(cls, detail: str) -> Result:
        return cls(outcome=Outcome.REFUSED, detail=detail)
