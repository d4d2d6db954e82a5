"""What is watched for trends, and where each ends. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from miners.health.contract import Bucket
from miners.health.norms import Heat, Norm

FEWEST_SHARES = 10  # in an hour; below that one reject is a fifth
DUTY_STEP = 5  # percent; a fan's duty is equal within it
HASHRATE_LIMIT, FAN_LIMIT, REJECT_LIMIT = 80.0, 75.0, 5.0  # percent

Series = list[tuple[datetime, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    name: str
    words: str
    unit: str
    limit: float | None
    least: float  # a change over the whole series that is worth a word
    rising: bool  # towards the limit
    digits: int = 1


def measures(hours: Sequence[Bucket], norm: Norm) -> list[tuple[Measure, Series]]:
    """Every measure this family has, with its hours; a series is empty where nothing tells it."""
    found = [
        (_heat("temperature", "Chip temperature", norm.chip), _told(hours, "temperature_c")),
        (
            _heat("regulator", "Regulator temperature", norm.regulator),
            _told(hours, "vr_temperature_c"),
        ),
        (HASHRATE, _hashrate(hours)),
        (FAN, _fan(hours)),
        (REJECTS, _rejects(hours)),
    ]
    return [(measure, series) for measure, series in found if series]


def _heat(name: str, words: str, heat: Heat | None) -> Measure:
    limit_c = heat.limit_c if heat else None
    return Measure(name=name, words=words, unit="°C", limit=limit_c, least=2, rising=True)


HASHRATE = Measure(name="hashrate", words="Hashrate", unit="%", limit=HASHRATE_LIMIT, least=3, rising=False)
FAN = Measure(name="fan", words="Fan speed at equal duty", unit="%", limit=FAN_LIMIT, least=5, rising=False)
REJECTS = Measure(name="rejects", words="Reject rate", unit="%", limit=REJECT_LIMIT, least=1, rising=True, digits=2)


def _told(hours: Sequence[Bucket], name: str) -> Series:
    return [(hour.start, value) for hour in hours if (value := getattr(hour, name)) is not None]


def _hashrate(hours: Sequence[Bucket]) -> Series:
    """In percent of what is expected; of its own first hours where nothing tells what that is."""
    expected = [
        (hour.start, hour.hashrate_ghs / hour.expected_hashrate_ghs * 100)
        for hour in hours
        if hour.hashrate_ghs is not None and hour.expected_hashrate_ghs
    ]
    return expected or _of_first(_told(hours, "hashrate_ghs"))


def _fan(hours: Sequence[Bucket]) -> Series:
    """Turns at the duty it mostly had: a fan that is made to turn slower does not wear."""
    told = [hour for hour in hours if hour.fan_percent is not None and hour.fan_rpm is not None]
    duties = Counter(_duty(hour) for hour in told)
    if not duties:
        return []
    usual = duties.most_common(1)[0][0]
    return _of_first([(hour.start, hour.fan_rpm or 0.0) for hour in told if _duty(hour) == usual])


def _duty(hour: Bucket) -> int:
    return round((hour.fan_percent or 0.0) / DUTY_STEP)


def _rejects(hours: Sequence[Bucket]) -> Series:
    return [
        (hour.start, (hour.rejected or 0) / hour.shares * 100)
        for hour in hours
        if hour.shares is not None and hour.shares >= FEWEST_SHARES
    ]


def _of_first(series: Series) -> Series:
    """In percent of the median of its first quarter."""
    if not series:
        return []
    first = median(value for _, value in series[: max(1, len(series) // 4)])
    return [(time, value / first * 100) for time, value in series] if first > 0 else []
