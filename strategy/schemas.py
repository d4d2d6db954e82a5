"""The shapes of the strategy API. Prices are JSON numbers: pence per kWh including VAT."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, ConfigDict

from strategy.contract import BandAction, BandRule, Decision, MinerDecision, NextChange, SafeAction, SwitchDecision
from strategy.models import Strategy

PENCE = "Pence per kWh including VAT; null while it is not known"
State = Literal["LIVE", "SHADOW", "PAUSED"]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class NextChangeOut(Schema):
    at: datetime
    band: str | None = Field(description="null: the safe action")
    because: str

    @classmethod
    def of(cls, change: NextChange) -> NextChangeOut:
        return cls(at=change.at, band=change.band.name if change.band else None, because=change.because)


class SettingsOut(Schema):
    gain_pence: float = Field(description="What a slot alone must save to be worth a change")
    dwell_minutes: int = Field(description="Shortest stay before a cheaper band")
    hold_minutes: int = Field(description="How long a decision is held without a price")
    missing_price_action: str = Field(description="off or lowest: the safe action after the hold")
    prefer_soft_off: bool = Field(description="Pause first, the plug only where nothing pauses")


class StrategyOut(Schema):
    """What is in force, and why."""

    state: str
    paused_until: datetime | None
    band: str | None = Field(description="null: the safe action, because no price is known")
    price_pence: float | None = Field(description=PENCE)
    goal: str = Field(description="mine, champion, lowest or off")
    because: str
    next_change: NextChangeOut | None = Field(description="null: none as far as prices are known")
    champion_mode_enabled: bool
    current_champion_miner_id: int | None
    settings: SettingsOut

    @classmethod
    def of(cls, strategy: Strategy, decision: Decision) -> StrategyOut:
        return cls(
            **_in_force(decision),
            paused_until=strategy.paused_until if decision.state == "PAUSED" else None,
            champion_mode_enabled=strategy.champion_mode_enabled,
            current_champion_miner_id=decision.champion_id,
            settings=SettingsOut.from_orm(strategy),
        )


class SettingsIn(Strict):
    """What is left out stays as it is."""

    gain_pence: Annotated[Decimal, Field(ge=0, le=1000)] | None = None
    dwell_minutes: Minutes | None = None
    hold_minutes: Minutes | None = None
    missing_price_action: SafeAction | None = None
    prefer_soft_off: bool | None = None


class StrategyPatch(Strict):
    """What is left out stays as it is."""

    state: State | None = None
    paused_until: AwareDatetime | None = Field(None, description="Of PAUSED; left out: until a person says so")
    champion_mode_enabled: bool | None = None
    settings: SettingsIn = SettingsIn()


class BandShape(Strict):
    """A band, from `lower_pence` up to the next band's."""

    lower_pence: Annotated[Decimal, Field(max_digits=7, decimal_places=2)] | None = Field(
        description="null in the first band, and only there: it reaches down without end"
    )
    name: Annotated[str, Field(min_length=1, max_length=40)]
    color: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#6b7280"
    action: BandAction = BandAction.MINE
    champion: bool = Field(False, description="Only the most efficient miner runs, in its lowest mode")
    coin: str = ""
    pool_id: int | None = Field(None, description="null: miners stay at their pool")
    modes: dict[str, str] = Field({}, description="Mode by family, such as bitaxe: eco; none: left as it is")

    def rule(self) -> BandRule:
        return BandRule(**self.dict())


class BandOut(BandShape):
    lower_pence: float | None  # type: ignore[assignment]  # a JSON number on the way out


class LadderIn(Schema):
    """The whole ladder, as it is read: cheapest band first."""

    items: list[BandShape]


class MinerPart(Schema):
    miner_id: int
    power: str
    mode: str | None


class PlanSlotOut(Schema):
    """A slot ahead, as it would be decided."""

    valid_from: datetime
    valid_to: datetime
    price_pence: float | None = Field(description=PENCE)
    known: bool = Field(description="Whether the price is known; else: what happens if none arrives")
    band: str | None
    color: str | None
    goal: str
    champion_miner_id: int | None
    because: str
    expected_w: float
    expected_kwh: float
    expected_pence: float | None
    unmeasured: int = Field(description="Miners that run with a power nobody knows, not in expected_w")
    miners: list[MinerPart]


class PlanOut(Schema):
    made_at: datetime
    slots: list[PlanSlotOut]


class MinerDecisionOut(MinerPart):
    pool_id: int | None
    champion: bool
    lever: str = Field(description="What makes it stop: plug, pause, shutdown, lowest, uncontrollable; none: it runs")
    because: str

    @classmethod
    def of(cls, wanted: MinerDecision) -> MinerDecisionOut:
        return cls.from_orm(wanted)


class SwitchDecisionOut(Schema):
    switch_id: int
    power: str
    because: str
    conflict: str | None = Field(description="What this plug cannot do justice to")

    @classmethod
    def of(cls, wanted: SwitchDecision) -> SwitchDecisionOut:
        return cls.from_orm(wanted)


class DecisionOut(Schema):
    """A decision that was just taken."""

    time: datetime
    state: str
    band: str | None
    price_pence: float | None = Field(description=PENCE)
    goal: str
    because: str
    next_change: NextChangeOut | None
    current_champion_miner_id: int | None
    miners: list[MinerDecisionOut]
    switches: list[SwitchDecisionOut]

    @classmethod
    def of(cls, decision: Decision) -> DecisionOut:
        return cls(
            **_in_force(decision),
            time=decision.now,
            current_champion_miner_id=decision.champion_id,
            miners=[MinerDecisionOut.of(each) for each in decision.miners],
            switches=[SwitchDecisionOut.of(each) for each in decision.switches],
        )


class RecordOut(Schema):
    """A decision as it was kept: when it changed something, or a slot began."""

    id: int
    time: datetime
    slot_from: datetime | None
    price_pence: float | None = Field(description=PENCE)
    band: str
    state: str
    because: str
    record: dict[str, Any] = Field(description="Goal, next change, and each miner's and plug's part with its sentence")


def _in_force(decision: Decision) -> dict[str, Any]:
    price = decision.slot.price_pence
    return {
        "state": decision.state.value,
        "band": decision.band.name if decision.band else None,
        "price_pence": None if price is None else float(price),
        "goal": decision.goal.value,
        "because": decision.because,
        "next_change": NextChangeOut.of(decision.next_change) if decision.next_change else None,
    }
