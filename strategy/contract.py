"""What a decision is made of, and what it is. Frozen values; standard library only.

Prices in pence per kWh including VAT, power in W, efficiency in J/TH, times aware UTC. `None` means "not known",
never zero and never "wrong".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

from energy.contract import Rate
from miners.contract import Capability, State


class EngineState(StrEnum):
    LIVE = "LIVE"
    SHADOW = "SHADOW"  # decides, writes nothing
    PAUSED = "PAUSED"  # until a time, or until a person says so


class BandAction(StrEnum):
    MINE = "mine"
    OFF = "off"


class SafeAction(StrEnum):
    """What to do when no price is known for longer than the hold."""

    OFF = "off"
    LOWEST = "lowest"

    @property
    def words(self) -> str:
        return "off" if self is SafeAction.OFF else "lowest mode"


class Power(StrEnum):
    """Whether something should run. LEAVE: not ours to decide."""

    ON = "on"
    OFF = "off"
    LEAVE = "leave"


class Lever(StrEnum):
    """What makes a miner stop."""

    PLUG = "plug"
    PAUSE = "pause"
    SHUTDOWN = "shutdown"
    LOWEST = "lowest"  # nothing stops it: the mode of least power
    UNCONTROLLABLE = "uncontrollable"  # nothing at all can be done
    NONE = "none"  # it should run, or it has never told what it can do


class Goal(StrEnum):
    """What a slot is for."""

    MINE = "mine"
    CHAMPION = "champion"  # only the most efficient miner runs
    LOWEST = "lowest"  # the safe action: what runs, runs in its lowest mode
    OFF = "off"


class Verdict(StrEnum):
    """Why this band: where hysteresis stood against or for the price."""

    PLAIN = "plain"
    NEGATIVE = "negative"  # one slot alone, below zero
    WORTH = "worth"  # one slot alone, worth the gain
    NEXT_DEARER = "next-dearer"
    NEXT_UNKNOWN = "next-unknown"
    DWELLS = "dwells"
    HELD = "held"  # no price: the last decision goes on
    SAFE = "safe"  # no price for too long
    NO_LADDER = "no-ladder"


class Verb(StrEnum):
    """What is done to a miner or a plug; the same words as the ledger's."""

    PLUG_ON = "plug-on"
    PLUG_OFF = "plug-off"
    PAUSE = "pause"
    RESUME = "resume"
    SHUTDOWN = "shutdown"
    MODE = "mode"
    POOL = "pool"


@dataclass(frozen=True, slots=True, kw_only=True)
class BandRule:
    """A band, from `lower_pence` up to the next band's; the lowest one reaches minus infinity."""

    lower_pence: Decimal | None
    name: str
    color: str = ""
    action: BandAction = BandAction.MINE
    champion: bool = False
    coin: str = ""
    pool_id: int | None = None  # None: leave the pool
    modes: Mapping[str, str] = field(default_factory=dict)  # by family; a family without one is left as it is

    @property
    def key(self) -> str:
        """What a band is known by: its lower edge, so that a new name or colour is not a new band."""
        return "lowest" if self.lower_pence is None else f"{self.lower_pence.normalize():f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinerFacts:
    """One miner: what it is, what it can do, and what was seen of it."""

    id: int
    name: str
    kind: str
    enabled: bool = True
    supported: bool = True  # False: the driver of its family is not installed, so nobody can look after it
    switch_id: int | None = None
    capabilities: frozenset[Capability] | None = None  # None: it has never told
    modes: tuple[str, ...] = ()  # that can be set, least power first
    same_as: Mapping[str, str] = field(default_factory=dict)  # modes that this board tells by another name
    power_w: Mapping[str, float] = field(default_factory=dict)  # by mode, measured or expected
    typical_power_w: float | None = None  # where the mode is not known
    efficiency_j_th: Mapping[str, float] = field(default_factory=dict)  # by mode; "" where there are no modes
    observed_at: datetime | None = None
    state: State = State.UNKNOWN
    reachable: bool | None = None
    mode: str | None = None
    pool_address: str | None = None  # host:port in use

    def can(self, capability: Capability) -> bool:
        return self.capabilities is not None and capability in self.capabilities

    @property
    def may_run(self) -> bool:
        return self.enabled and self.supported

    @property
    def lowest_mode(self) -> str | None:
        return self.modes[0] if self.modes else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchFacts:
    id: int
    name: str
    on: bool | None = None  # None: unavailable, never "off"
    locked: bool = False  # never touched
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    id: int
    name: str
    address: str  # host:port
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    state: EngineState = EngineState.SHADOW
    gain_pence: Decimal = Decimal(3)
    dwell: timedelta = timedelta(minutes=30)
    hold: timedelta = timedelta(minutes=30)
    missing_price_action: SafeAction = SafeAction.OFF
    champion_mode_enabled: bool = True
    prefer_soft_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """Who runs alone during this visit to a champion band."""

    miner_id: int | None  # None: nobody is left
    since: datetime  # when it was asked to run
    failures: int = 0  # in a row
    judged_at: datetime | None = None  # the last observation that was counted: each counts once
    excluded: frozenset[int] = frozenset()  # failed during this visit

    def unasked(self, now: datetime) -> Champion:
        """While nobody asks it to run it cannot fail, and when somebody does it has its time to start."""
        return replace(self, since=now, failures=0, judged_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the engine remembers between two decisions."""

    band: str | None = None  # key of the band in force
    since: datetime | None = None  # when it began
    verdict: Verdict = Verdict.PLAIN
    slot_from: datetime | None = None  # the slot that was decided
    basis: str = ""  # the prices and the ladder it was decided on
    priced_until: datetime | None = None  # end of the last slot with a known price
    missing_since: datetime | None = None
    champion: Champion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything a decision may look at."""

    now: datetime
    zone: tzinfo  # for the times in sentences
    settings: Settings = Settings()
    bands: tuple[BandRule, ...] = ()
    rates: tuple[Rate, ...] = ()
    miners: tuple[MinerFacts, ...] = ()
    switches: tuple[SwitchFacts, ...] = ()
    pools: tuple[PoolFacts, ...] = ()
    memory: Memory = Memory()


@dataclass(frozen=True, slots=True)
class Slot:
    valid_from: datetime
    valid_to: datetime
    price_pence: Decimal | None  # None: not known

    @property
    def hours(self) -> float:
        return (self.valid_to - self.valid_from) / timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinerDecision:
    miner_id: int
    power: Power
    mode: str | None  # None: leave it
    pool_id: int | None  # None: leave it
    champion: bool
    lever: Lever
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchDecision:
    switch_id: int
    power: Power
    because: str
    conflict: str | None = None  # what this plug cannot do justice to


@dataclass(frozen=True, slots=True, kw_only=True)
class NextChange:
    at: datetime
    band: BandRule | None  # None: the safe action
    price_pence: Decimal | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something a person should know that is true now; an alert is open exactly as long as it holds."""

    kind: str
    message: str
    subject: str = ""  # such as "miner:7"
    name: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that has just happened, said once."""

    kind: str
    message: str
    subject: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    now: datetime
    state: EngineState
    slot: Slot
    band: BandRule | None  # in force; None: the safe action, or there is no ladder
    goal: Goal
    verdict: Verdict
    champion_id: int | None
    because: str
    miners: tuple[MinerDecision, ...]
    switches: tuple[SwitchDecision, ...]
    next_change: NextChange | None
    memory: Memory  # for the next decision
    conditions: tuple[Condition, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSlot:
    """A slot ahead, as it would be decided. `known` is False where no price is known yet."""

    valid_from: datetime
    valid_to: datetime
    price_pence: Decimal | None
    known: bool
    band: BandRule | None
    goal: Goal
    champion_id: int | None
    because: str
    miners: tuple[MinerDecision, ...]  # their `because` tells what each does, without the price
    expected_w: float  # of the miners whose power is known
    unmeasured: int  # miners that run with a power nobody knows
    expected_kwh: float
    expected_pence: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    made_at: datetime
    slots: tuple[PlanSlot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing to do because what is observed is not what was decided."""

    verb: Verb
    because: str
    miner_id: int | None = None
    switch_id: int | None = None
    mode: str | None = None
    pool_id: int | None = None
