"""Tables of the energy app."""

from __future__ import annotations

from energy.models.prices import PriceSlot
from energy.models.tariff import REGIONS, TARIFF, Source, Tariff

__all__ = ["REGIONS", "TARIFF", "PriceSlot", "Source", "Tariff"]
