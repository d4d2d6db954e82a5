"""What electricity costs, as the rest of the product sees it. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


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
