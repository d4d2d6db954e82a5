"""What electricity costs, as the rest of the product sees it. Standard library only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

UTC_ZONE = ZoneInfo("UTC")


class SourceError(Exception):
    """A price source gave no usable answer. The message is one sentence for a person.

    `retry_after_s`: how long the source asked to be left alone, where it said so.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class UnknownProduct(SourceError):
    """The source does not know this product, or publishes no prices for it any longer."""


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """One price slot: `price_pence` per kWh including VAT, from `valid_from` up to `valid_to` (both UTC, aware)."""

    valid_from: datetime
    valid_to: datetime
    price_pence: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source answered: rates in order, each slot once, and a sentence for every row that was not usable."""

    product: str
    rates: tuple[Rate, ...]
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class ForecastRate:
    """What somebody expects a slot to cost: never a known price. `low_pence` and `high_pence` are its likely range."""

    valid_from: datetime
    valid_to: datetime
    price_pence: Decimal
    low_pence: Decimal | None = None
    high_pence: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a source's prices come. Times of day are local in `zone`.

    With `day_ends` it publishes day by day: the days end then, tomorrow's prices come between `published_from` and
    `published_by`. Without, prices should be known for `ahead` at any time.
    """

    zone: ZoneInfo = UTC_ZONE
    day_ends: time | None = None
    published_from: time = time(0)
    published_by: time = time(0)
    ahead: timedelta = timedelta()
    while_awaited: timedelta = timedelta(minutes=15)  # between two fetches while prices are missing
    interval: timedelta | None = None  # between two fetches, where the configured one is too long
    missing: str = "the next day's should have been published."
    fetched: bool = True  # False: a person brings the prices
    patience: timedelta = timedelta()  # a price may come so late without an alert
    keeps_past: bool = False  # worked out here: what was in force before stays as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of a source: prices from `since` on; `until` None: as far as they are known."""

    base: str  # URL of the service
    since: datetime
    now: datetime
    until: datetime | None = None
    region: str = ""
    pinned: str = ""  # product
    resolved: str = ""  # product found before
    currency: str = "GBP"
    parameters: Mapping[str, Any] = field(default_factory=dict)  # as the source's `read` made them
    secret: str = field(default="", repr=False)
    verify_tls: bool = True
    zone: ZoneInfo = UTC_ZONE  # the household's


Fetch = Callable[[Order], Awaitable[Answer]]
