"""How often to ask for what, and when a value is too old to be relied on. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from pools.figures import Quantity

CALM = timedelta(minutes=10)
BY_THE_BLOCK = timedelta(minutes=1)
BY_THE_BLOCK_COINS = frozenset(("DGB", "BC2"))  # their difficulty changes with every block
FETCHED = (Quantity.DIFFICULTY, Quantity.HEIGHT, Quantity.FEES, Quantity.PRICE)
LENIENCE = timedelta(seconds=5)  # the minute's tick is not exact
STALE_AFTER_INTERVALS = 6

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)


def interval(coin: str, quantity: Quantity) -> timedelta:
    """Between two questions while somebody mines the coin."""
    by_the_block = coin in BY_THE_BLOCK_COINS and quantity is Quantity.DIFFICULTY
    return BY_THE_BLOCK if by_the_block else CALM


def is_due(coin: str, quantity: Quantity, asked_at: datetime | None, now: datetime) -> bool:
    """A time in the future was written by a wrong clock."""
    if asked_at is None or asked_at > now:
        return True
    return now - asked_at >= interval(coin, quantity) - LENIENCE


def is_stale(coin: str, quantity: Quantity, time: datetime, now: datetime) -> bool:
    return now - time > STALE_AFTER_INTERVALS * interval(coin, quantity)


def rest_after(failures: int, retry_after_s: float | None) -> timedelta:
    """How long a service that failed so often in a row is left alone: a minute, doubling up to an hour."""
    doubled = min(FIRST_RETRY * (1 << min(max(failures - 1, 0), 10)), LONGEST_RETRY)
    return max(doubled, timedelta(seconds=retry_after_s or 0))


def left_alone(not_before: datetime | None, now: datetime) -> bool:
    """A time further away than anything asked for was written by a wrong clock."""
    return not_before is not None and timedelta() < not_before - now <= timedelta(hours=6)
