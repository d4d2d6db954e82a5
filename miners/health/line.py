"""A straight line through hourly means that a few wild hours and the time of day do not bend. Pure.

Theil and Sen: the median of the slopes between pairs. As Hirsch and Slack do for seasons, only hours of about the same
time of day are paired, so that warm afternoons are no trend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

SEASONS_A_DAY = 6
LEAST_APART_DAYS = 0.5
ROUNDING = 1e-6  # four o'clock is four o'clock on every day

Point = tuple[float, float]
"""(time in days, value)"""


@dataclass(frozen=True, slots=True)
class Line:
    """`agreement`: share of the pairs that go the way the line goes, 0.5 for chance; 0 for a level line."""

    slope: float
    intercept: float
    agreement: float

    def at(self, days: float) -> float:
        return self.intercept + self.slope * days


def fit(series: Sequence[Point]) -> Line | None:
    """None when no two points are about a day or more apart at about the same time of day."""
    slopes = _slopes(series)
    if not slopes:
        return None
    slope = median(slopes)
    agreeing = sum(1 for each in slopes if each * slope > 0)
    return Line(slope, median(value - slope * days for days, value in series), agreeing / len(slopes))


def _slopes(series: Sequence[Point]) -> list[float]:
    seasons: defaultdict[int, list[Point]] = defaultdict(list)
    for days, value in series:
        seasons[int(days % 1 * SEASONS_A_DAY + ROUNDING)].append((days, value))
    return [
        (later - earlier) / (after - before)
        for points in seasons.values()
        for (before, earlier), (after, later) in combinations(points, 2)
        if abs(after - before) >= LEAST_APART_DAYS
    ]
