"""Currencies a tariff may be in. Prices are kept in their hundredth part: pence, cents, öre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Currency:
    minor: str  # the hundredth part
    highest: Decimal  # a kWh has never cost as much, in that part; nobody is paid as much for using one


CURRENCIES: Mapping[str, Currency] = {
    "GBP": Currency("p", Decimal(200)),  # twice the cap of Agile
    "EUR": Currency("ct", Decimal(1000)),  # twice the cap of the European day-ahead market
    "CHF": Currency("Rp", Decimal(1000)),
    "USD": Currency("¢", Decimal(1000)),
    "AUD": Currency("c", Decimal(3500)),
    "NZD": Currency("c", Decimal(3500)),
    "CAD": Currency("¢", Decimal(1000)),
    "BGN": Currency("st", Decimal(2000)),
    "RON": Currency("bani", Decimal(5000)),
    "PLN": Currency("gr", Decimal(5000)),
    "DKK": Currency("øre", Decimal(7500)),
    "SEK": Currency("öre", Decimal(12_000)),
    "NOK": Currency("øre", Decimal(12_000)),
    "CZK": Currency("h", Decimal(25_000)),
}
HUNDRED = Decimal(100)
KWH_PER_MWH = Decimal(1000)
