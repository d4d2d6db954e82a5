"""What miners cost and saved, computed the slow way: second by second from raw rows, with no code of the ledger."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

HELD_S = 90
HALF_HOUR_S = 1800


@dataclass(frozen=True)
class Raw:
    """A stored reading; `time_s` in whole epoch seconds."""

    time_s: int
    wall_w: float | None
    device_w: float | None
    mining: bool
    ghs: float | None


@dataclass(frozen=True)
class Result:
    kwh: float
    cost_pence: float
    baseline_pence: float
    saved_pence: float
    ths: float
    unmeasured_s: int


def recompute(
    rows: Sequence[Raw], prices: Mapping[int, float | None], since: datetime, until: datetime, estimate_w: float | None
) -> Result:
    """One miner over one local day; `prices` by the epoch second their half hour begins with."""
    times = [row.time_s for row in rows]
    first, last = int(since.timestamp()), int(until.timestamp())
    drawn, hashes, unmeasured = defaultdict[int, Fraction](Fraction), Fraction(), 0
    mining_ws, mining_s = Fraction(), 0
    for second in range(first, last):
        row = _row_at(rows, times, second)
        if row and row.ghs is not None:
            hashes += Fraction(row.ghs)
        watts = _watts(row, estimate_w) if row else None
        if row is None or watts is None:
            unmeasured += 1
            continue
        drawn[second - second % HALF_HOUR_S] += Fraction(watts)
        if row.mining:
            mining_ws, mining_s = mining_ws + Fraction(watts), mining_s + 1
    known = [slot for slot in range(first, last, HALF_HOUR_S) if prices.get(slot) is not None]
    always_w = mining_ws / mining_s if mining_s else Fraction(estimate_w or 0)
    cost = sum(drawn[slot] / 3_600_000 * Fraction(prices[slot] or 0) for slot in known)
    baseline = sum(always_w / 1000 * Fraction(1, 2) * Fraction(prices[slot] or 0) for slot in known)
    return Result(
        float(sum(drawn.values()) / 3_600_000), float(cost), float(baseline), float(baseline - cost),
        float(hashes / 1000), unmeasured,
    )  # fmt: skip


def _row_at(rows: Sequence[Raw], times: Sequence[int], second: int) -> Raw | None:
    index = bisect_right(times, second) - 1
    return rows[index] if index >= 0 and second - times[index] < HELD_S else None


def _watts(row: Raw, estimate_w: float | None) -> float | None:
    for watts in (row.wall_w, row.device_w):
        if watts is not None:
            return watts
    return estimate_w if row.mining else None
