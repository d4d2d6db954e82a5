"""From a wholesale price to what a household pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from energy.sources.currencies import HUNDRED, KWH_PER_MWH
from energy.sources.needs import Need, number
from energy.sources.slots import price

PER_MWH = HUNDRED / KWH_PER_MWH  # from the currency per MWh to its hundredth part per kWh

NEEDS = (
    Need(
        name="multiplier",
        label="Multiplier",
        read=number("0", "10"),
        default="1",
        help="The wholesale price is multiplied by this first",
    ),
    Need(
        name="added",
        label="Added per kWh",
        read=number("-1000", "10000"),
        default="0",
        help="Grid fees, taxes and margin in pence, cents or öre, before VAT",
    ),
    Need(name="vat_percent", label="VAT %", read=number("0", "50"), default="0", help="On the sum"),
)


@dataclass(frozen=True, slots=True)
class Formula:
    multiplier: Decimal
    added: Decimal  # in the hundredth part of the currency
    vat_percent: Decimal

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Formula:
        return cls(*(Decimal(parameters[need.name]) for need in NEEDS))

    @property
    def label(self) -> str:
        return f"×{self.multiplier.normalize():f} +{self.added.normalize():f} VAT {self.vat_percent.normalize():f}%"

    def price(self, per_mwh: Any, at: datetime, currency: str) -> Decimal:
        """Per kWh in the hundredth part of the currency, of a price per MWh. Raises BadRow."""
        wholesale = price(per_mwh, at, currency, scale=PER_MWH)
        paid = (wholesale * self.multiplier + self.added) * (1 + self.vat_percent / HUNDRED)
        return price(paid, at, currency)
