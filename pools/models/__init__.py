"""What the pools app keeps."""

from __future__ import annotations

from pools.models.coin import CoinFigure, CoinPrice, CoinService, CoinSetting, CoinWork
from pools.models.payout import Payout
from pools.models.pool import Coin, Pool, PoolCheck

__all__ = [
    "Coin",
    "CoinFigure",
    "CoinPrice",
    "CoinService",
    "CoinSetting",
    "CoinWork",
    "Payout",
    "Pool",
    "PoolCheck",
]
