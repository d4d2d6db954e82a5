"""From a measurement to points, by straight lines between a few agreed places. Pure."""

from __future__ import annotations

from itertools import pairwise

Curve = tuple[tuple[float, float], ...]
"""(measurement, points) in order of the measurement."""


def points(curve: Curve, measured: float) -> float:
    """Beyond either end the end holds."""
    if measured <= curve[0][0]:
        return curve[0][1]
    for (left, at_left), (right, at_right) in pairwise(curve):
        if measured <= right:
            return at_left + (at_right - at_left) * (measured - left) / (right - left)
    return curve[-1][1]
