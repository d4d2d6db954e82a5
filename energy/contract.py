"""What electricity costs, as the rest of the product sees it. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


class SourceError(Exception):
    """A price source gave no usable answer. The message is one sentence for a person."""


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """One price slot: `price_pence` per kWh including VAT, from `valid_from` up to `valid_to` (both UTC, aware)."""

    valid_from: datetime
    valid_to: datetime
    price_pence: Decimal
