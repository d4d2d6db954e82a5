"""What health is made of: what was measured, what became of it. Frozen values; standard library only.

Hashrates in GH/s, temperatures in °C, times aware UTC. None: not told, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

GOOD_FROM, FAIR_FROM = 80, 50


class Bucket(NamedTuple):
    """Readings of one span condensed (miners.models.RollUp). A tuple: a fleet has hundreds of thousands."""

    start: datetime
    samples: int
    mining: int  # of the samples
    hashrate_ghs: float | None = None
    expected_hashrate_ghs: float | None = None
    temperature_c: float | None = None
    vr_temperature_c: float | None = None
    fan_percent: float | None = None
    fan_rpm: float | None = None
    frequency_mhz: float | None = None
    core_voltage_mv: float | None = None
    accepted: int | None = None
    rejected: int | None = None
    mode: str | None = None  # None: not told, or more than one

    @property
    def all_mining(self) -> bool:
        return 0 < self.samples == self.mining

    @property
    def shares(self) -> int | None:
        return None if self.accepted is None or self.rejected is None else self.accepted + self.rejected


class Grade(StrEnum):
    """Points in a word."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"

    @classmethod
    def of(cls, points: float) -> Grade:
        if points < FAIR_FROM:
            return cls.POOR
        return cls.FAIR if points < GOOD_FROM else cls.GOOD


@dataclass(frozen=True, slots=True)
class Away:
    """A span in which a miner was wanted and silent."""

    since: datetime
    until: datetime


class PartName(StrEnum):
    UPTIME = "uptime"
    TEMPERATURE = "temperature"
    HASHRATE = "hashrate"
    REJECTS = "rejects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a score. `score` is None where it cannot be told; then `share` is 0 and `because` says why."""

    name: PartName
    weight: float  # of all parts; they sum to 1
    share: float = 0.0  # of the parts that can be told
    score: float | None  # 0 to 100
    because: str

    @property
    def grade(self) -> Grade | None:
        return None if self.score is None else Grade.of(self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`value` is 0 to 100; None when no part can be told."""

    value: int | None
    parts: tuple[Part, ...]


class Course(StrEnum):
    """What a series does."""

    UNKNOWN = "unknown"  # too little to tell
    STEADY = "steady"
    WORSE = "worse"  # towards the limit
    BETTER = "better"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How one measure moves in one setting. Numbers are None while the course is unknown."""

    measure: str
    setting: str
    course: Course
    per_day: float | None = None
    level: float | None = None  # at its last hour
    limit: float | None = None
    days_to_limit: float | None = None  # None: it does not go there
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    miner_id: int
    at: datetime
    score: int | None
    parts: tuple[Part, ...]
    trends: tuple[Trend, ...]
    warnings: tuple[str, ...]

    @property
    def grade(self) -> Grade | None:
        return None if self.score is None else Grade.of(self.score)

    @property
    def left_out(self) -> bool:
        """Whether the score stands on fewer than all parts."""
        return self.score is not None and any(part.score is None for part in self.parts)

    @property
    def told(self) -> bool:
        """Whether there is anything to judge by: without it a warning neither begins nor ends."""
        return self.score is not None or any(trend.course is not Course.UNKNOWN for trend in self.trends)
