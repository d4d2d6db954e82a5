"""The odds of each coin: for the hashrate of now, and for the hashes that were really tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from miners.contract import State
from miners.models import MinerStatus
from pools.coins import economics
from pools.coins.counting import coins_of_miners, mined
from pools.coins.economics import GHS, Odds
from pools.coins.knowing import Facts

WINDOW = timedelta(days=30)
DAY_S, YEAR_S = 86_400, 365.25 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Luck:
    """Of one coin. None while its difficulty is unknown; the times also while nobody mines it."""

    coin: str
    hashrate_ghs: float
    day: Odds | None
    year: Odds | None
    mean_time_s: float | None
    median_time_s: float | None
    hashes: float  # tried within `WINDOW`
    tried: Odds | None


def luck(known: Iterable[Facts], now: datetime) -> list[Luck]:
    """The odds of every coin of `known`."""
    rates = hashrates()
    return [_luck(each, rates.get(each.coin, 0.0), mined(each.coin, since=now - WINDOW)) for each in known]


def hashrates() -> dict[str, float]:
    """GH/s by coin of the miners that mine now at a pool of the household."""
    coins, rates = coins_of_miners(), defaultdict[str, float](float)
    mining = MinerStatus.objects.filter(miner__enabled=True, state=State.MINING, hashrate_ghs__isnull=False)
    for miner_id, ghs in mining.values_list("miner_id", "hashrate_ghs"):
        if coin := coins.get(miner_id):
            rates[coin] += ghs or 0.0
    return dict(rates)


def _luck(known: Facts, ghs: float, hashes: float) -> Luck:
    difficulty = float(known.difficulty.value) if known.difficulty else None
    moving = difficulty is not None and ghs > 0
    return Luck(
        coin=known.coin,
        hashrate_ghs=ghs,
        day=economics.odds(ghs * GHS * DAY_S, difficulty) if difficulty else None,
        year=economics.odds(ghs * GHS * YEAR_S, difficulty) if difficulty else None,
        mean_time_s=economics.mean_time_s(ghs, difficulty) if difficulty and moving else None,
        median_time_s=economics.median_time_s(ghs, difficulty) if difficulty and moving else None,
        hashes=hashes,
        tried=economics.odds(hashes, difficulty) if difficulty else None,
    )
