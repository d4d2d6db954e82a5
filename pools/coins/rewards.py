"""What a block pays before fees, by its height, as the coins' rules of consensus say. Pure.

BTC, BCH and BC2 halve every 210 000 blocks. DGB loses 1.116 % every 175 200 blocks since block 1 430 000.
"""

from __future__ import annotations

from decimal import Decimal

SATOSHI = 100_000_000
FIRST_REWARD = 50 * SATOSHI
HALVING = 210_000
LAST_HALVING = 64  # from then on a shift leaves nothing

DIGIBYTE = "DGB"
DECAY_FROM = 1_430_000
DECAY_EVERY = 175_200  # a month of blocks of 15 s
DECAYING_FROM_SATOSHI = 107_850_000_000
KEPT, OUT_OF = 98_884, 100_000
LAST_DECAY = 4_000  # by then less than a satoshi is left


def subsidy(coin: str, height: int) -> Decimal:
    """Coins of a new block at `height`. Raises ValueError for a height whose rule is not known here."""
    if height < 0:
        raise ValueError(f"{height} is no height of a block.")
    satoshi = _digibyte(height) if coin == DIGIBYTE else _halved(height)
    return Decimal(satoshi).scaleb(-8)


def next_reduction(coin: str, height: int) -> int:
    """The first height after `height` whose blocks pay less."""
    if coin == DIGIBYTE:
        return DECAY_FROM + (_months(height) + 1) * DECAY_EVERY
    return (height // HALVING + 1) * HALVING


def _halved(height: int) -> int:
    halvings = height // HALVING
    return FIRST_REWARD >> halvings if halvings < LAST_HALVING else 0


def _digibyte(height: int) -> int:
    satoshi = DECAYING_FROM_SATOSHI
    for _ in range(min(_months(height), LAST_DECAY)):
        satoshi = satoshi * KEPT // OUT_OF
    return satoshi


def _months(height: int) -> int:
    if height < DECAY_FROM:
        raise ValueError(f"DGB paid by other rules before block {DECAY_FROM}.")
    return (height - DECAY_FROM) // DECAY_EVERY
