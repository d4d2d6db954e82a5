"""What is known of a coin, as values. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

PLACES = 12


class Quantity(StrEnum):
    """What services tell of a coin."""

    DIFFICULTY = "difficulty"  # of SHA-256d
    HEIGHT = "height"
    FEES = "fees"  # coins a block, mean of the last day
    REWARD = "reward"  # coins a block; no source tells it, a person may
    PRICE = "price"  # GBP for a coin


@dataclass(frozen=True, slots=True)
class Bounds:
    """Outside of these a value is absurd; more than `factor` away from the last good one it has to prove itself."""

    lowest: Decimal
    highest: Decimal
    factor: Decimal | None


BOUNDS: Mapping[Quantity, Bounds] = {
    Quantity.DIFFICULTY: Bounds(Decimal(1), Decimal("1e20"), Decimal(4)),
    Quantity.HEIGHT: Bounds(Decimal(1), Decimal("1e9"), Decimal("1.2")),
    Quantity.FEES: Bounds(Decimal(0), Decimal(1000), None),
    Quantity.REWARD: Bounds(Decimal("1e-8"), Decimal("1e6"), None),
    Quantity.PRICE: Bounds(Decimal("1e-9"), Decimal("1e9"), Decimal(2)),
}


class SourceFailed(Exception):
    """A service gave nothing usable; the message is one sentence. `retry_after_s` is what it asked for."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NothingTold(SourceFailed):
    """The service works, and says nothing usable of this coin: it is asked about others as ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A value with where it comes from. `time` is None for a person's own, which never ages."""

    value: Decimal
    source: str
    time: datetime | None
    stale: bool = False  # older than six of its intervals

    @property
    def own(self) -> bool:
        return self.time is None

    def age(self, now: datetime) -> timedelta | None:
        return None if self.time is None else max(now - self.time, timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one TH/s brings in a day, in pence, as an expectation or by a person's own word."""

    coin: str
    pence_per_th_day: float
    source: str  # such as "mempool, coingecko"
    as_of: datetime | None  # the oldest of what it rests on; None: all of it a person's own
    own: bool  # whether the whole is what a TH-day is worth to this person
    stale: bool

    def age_s(self, now: datetime) -> float | None:
        return None if self.as_of is None else max((now - self.as_of).total_seconds(), 0.0)
