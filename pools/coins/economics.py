"""What hashes are worth: expectation, luck, break-even. Pure; rewards of proof of work at SHA-256d.

Hashes are counted singly, hashrates in GH/s, money in pence, J/TH is W per TH/s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

HASHES_PER_DIFFICULTY = 2.0**32
HASHES_PER_TH_DAY = 1e12 * 86_400
PENCE_PER_POUND = 100.0
KWH_PER_W_DAY = 0.024
GHS = 1e9


@dataclass(frozen=True, slots=True)
class Draw:
    """What a miner does in one mode, and what it draws for it."""

    hashrate_ghs: float
    power_w: float


@dataclass(frozen=True, slots=True)
class Odds:
    """Blocks that may be found with some hashes. A chance is luck: it is no profit."""

    expected_blocks: float
    chance: float  # of at least one block, from 0 to 1

    @property
    def one_in(self) -> float:
        """1 in so many; infinite without hashes."""
        return 1 / self.chance if self.chance else math.inf


def odds(hashes: float, difficulty: float) -> Odds:
    """The odds of `hashes` tried at one difficulty."""
    expected = hashes / (difficulty * HASHES_PER_DIFFICULTY)
    return Odds(expected, -math.expm1(-expected))


def mean_time_s(hashrate_ghs: float, difficulty: float) -> float:
    """Seconds to a block on average; infinite without hashrate."""
    return difficulty * HASHES_PER_DIFFICULTY / (hashrate_ghs * GHS) if hashrate_ghs else math.inf


def median_time_s(hashrate_ghs: float, difficulty: float) -> float:
    """Seconds in which half of all who try have found a block: luck is skewed, this is less than the mean."""
    return math.log(2) * mean_time_s(hashrate_ghs, difficulty)


def coins_per_th_day(difficulty: float, reward: float, fee_percent: float = 0) -> float:
    """Coins that one TH/s brings in a day on average, when a block pays `reward` and the pool keeps its fee."""
    return odds(HASHES_PER_TH_DAY, difficulty).expected_blocks * reward * (1 - fee_percent / 100)


def pence_per_th_day(difficulty: float, reward: float, price_gbp: float, fee_percent: float = 0) -> float:
    """`coins_per_th_day` in pence."""
    return coins_per_th_day(difficulty, reward, fee_percent) * price_gbp * PENCE_PER_POUND


def break_even_pence_per_kwh(pence_per_th_day: float, efficiency_j_th: float) -> float:
    """The price of electricity at which mining costs what it brings, over everything the miner draws."""
    return pence_per_th_day / (efficiency_j_th * KWH_PER_W_DAY)


def marginal_break_even_pence_per_kwh(pence_per_th_day: float, lower: Draw, upper: Draw) -> float | None:
    """The price up to which the step from one mode to the next pays for itself.

    None where `upper` draws no more than `lower`: no price of electricity then speaks against it.
    """
    extra_w = upper.power_w - lower.power_w
    if extra_w <= 0:
        return None
    extra_ths = (upper.hashrate_ghs - lower.hashrate_ghs) / 1000
    return pence_per_th_day * extra_ths / (extra_w * KWH_PER_W_DAY)
