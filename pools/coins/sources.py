"""Who tells what of which coin: rows that are tried in order. Every key of an answer is optional."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from pools.figures import Quantity

Told = dict[Quantity, Decimal]
LONGEST_NUMBER = 60  # digits
SATOSHI_PLACES = 8

COINGECKO_IDS = {"BTC": "bitcoin", "BCH": "bitcoin-cash", "DGB": "digibyte", "BC2": "bitcoinii"}
PAPRIKA_IDS = {"BTC": "btc-bitcoin", "BCH": "bch-bitcoin-cash", "DGB": "dgb-digibyte"}
SOLOPOOL_NAMES = {"BTC": "btc", "BCH": "bch", "DGB": "dgb-sha", "BC2": "bc2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One address of one service. `endpoint` is the key of config.yaml, where "{pool}" stands for solopool's name."""

    service: str
    endpoint: str
    path: str
    coins: Mapping[str, str]  # coin to what the service calls it
    tells: frozenset[Quantity]
    read: Callable[[Any, str], Told]  # the answer and the service's name of the coin

    def url(self, base: str, coin: str) -> str:
        called = self.coins[coin]
        return base.rstrip("/").replace("{pool}", called) + self.path.replace("{coin}", called)


def number(value: Any) -> Decimal | None:
    """A number of JSON or a text that is one, NaN included; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        return Decimal(value if isinstance(value, int | Decimal) else value[:LONGEST_NUMBER])
    except (InvalidOperation, ValueError):
        return None


def at(answer: Any, *path: str) -> Any:
    """What lies at `path` of nested objects; None where there is no such thing."""
    for key in path:
        answer = answer.get(key) if isinstance(answer, dict) else None
    return answer


def told(**values: Any) -> Told:
    """The numbers among `values`, named as quantities are."""
    numbers = {Quantity(name): number(value) for name, value in values.items()}
    return {quantity: value for quantity, value in numbers.items() if value is not None}


def _hashrate(answer: Any, _: str) -> Told:
    return told(difficulty=at(answer, "currentDifficulty"))


def _reward_stats(answer: Any, _: str) -> Told:
    """Fees of the blocks from startBlock to endBlock, in satoshi."""
    first, last, fees = (number(at(answer, key)) for key in ("startBlock", "endBlock", "totalFee"))
    if last is None:
        return {}
    if first is None or fees is None or not (first.is_finite() and last.is_finite() and fees.is_finite()):
        return told(height=last)
    blocks = last - first + 1
    return told(height=last, fees=fees.scaleb(-SATOSHI_PLACES) / blocks if blocks > 0 else None)


def _blockchair(answer: Any, _: str) -> Told:
    return told(difficulty=at(answer, "data", "difficulty"), height=at(answer, "data", "best_block_height"))


def _solopool(answer: Any, _: str) -> Told:
    stats = at(answer, "stats")
    return told(difficulty=at(stats, "difficulty"), height=at(stats, "height"))


def _source(service: str, path: str, coins: Mapping[str, str], read: Callable[[Any, str], Told], *tells: str) -> Source:
    quantities = frozenset(map(Quantity, tells))
    return Source(
        service=service.replace("_", " "), endpoint=service, path=path, coins=coins, tells=quantities, read=read
    )


BTC, BCH, BC2 = {"BTC": ""}, {"BCH": ""}, {"BC2": ""}
HASHRATE, REWARDS = "/api/v1/mining/hashrate/3d", "/api/v1/mining/reward-stats/144"
PRICES = f"/api/v3/simple/price?ids={','.join(COINGECKO_IDS.values())}&vs_currencies=gbp"

SOURCES: tuple[Source, ...] = (
    _source("mempool", HASHRATE, BTC, _hashrate, "difficulty"),
    _source("mempool", REWARDS, BTC, _reward_stats, "height", "fees"),
    _source("mempool", "/api/v1/prices", BTC, lambda answer, _: told(price=at(answer, "GBP")), "price"),
    _source("bc2_explorer", HASHRATE, BC2, _hashrate, "difficulty"),
    _source("bc2_explorer", REWARDS, BC2, _reward_stats, "height", "fees"),
    _source("blockchair", "/bitcoin-cash/stats", BCH, _blockchair, "difficulty", "height"),
    _source("solopool", "/api/stats", SOLOPOOL_NAMES, _solopool, "difficulty", "height"),
    _source("coingecko", PRICES, COINGECKO_IDS, lambda answer, coin: told(price=at(answer, coin, "gbp")), "price"),
    _source(
        "coinpaprika",
        "/v1/tickers/{coin}?quotes=GBP",
        PAPRIKA_IDS,
        lambda answer, _: told(price=at(answer, "quotes", "GBP", "price")),
        "price",
    ),
)
