"""Tables of the energy app."""

from __future__ import annotations

from energy.models.ledger import EnergySlot, LedgerMark, StaleHour
from energy.models.prices import ForecastSlot, PriceSlot
from energy.models.tariff import REGIONS, TARIFF, Side, Tariff
from energy.sources.names import OCTOPUS

__all__ = [
    "OCTOPUS",
    "REGIONS",
    "TARIFF",
    "EnergySlot",
    "ForecastSlot",
    "LedgerMark",
    "PriceSlot",
    "Side",
    "StaleHour",
    "Tariff",
]
