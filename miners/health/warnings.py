"""What a person should know before it breaks, a sentence each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from miners.health.contract import Part, PartName, Score, Trend

LOW = 40  # points of a part
SOON_DAYS = 30


def warnings(score: Score, trends: Iterable[Trend]) -> tuple[str, ...]:
    """Low parts, then limits that are near, the nearest first."""
    near = sorted((trend for trend in trends if _is_near(trend)), key=lambda trend: trend.days_to_limit or 0)
    return (*_low(score.parts), *(trend.because for trend in near))


def _low(parts: Iterable[Part]) -> Iterator[str]:
    """Not of the uptime: while a miner is silent it has an alert of its own, and later it is history."""
    for part in parts:
        if part.name is not PartName.UPTIME and part.score is not None and part.score < LOW:
            yield part.because


def _is_near(trend: Trend) -> bool:
    return trend.days_to_limit is not None and trend.days_to_limit <= SOON_DAYS
