"""What the European day-ahead sources share: their days, and a formula on top of the price of a MWh."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from energy.contract import Answer, Order, Rate, Rhythm, SourceError
from energy.sources.formula import Formula
from energy.sources.slots import read_slots

ZONE: Final = ZoneInfo("Europe/Berlin")  # the market's days are of central European time
RHYTHM: Final = Rhythm(zone=ZONE, day_ends=time(0), published_from=time(12, 45), published_by=time(17))
AHEAD = timedelta(days=2)

Row = TypeVar("Row")
Pricing = Callable[[Any, datetime], Decimal]


def pricing(order: Order) -> Pricing:
    """From what a MWh costs to what a kWh costs the household."""
    formula = Formula.of(order.parameters)
    return lambda value, at: formula.price(value, at, order.currency)


def answer(order: Order, service: str, place: str, rows: Iterable[Row], read: Callable[[Row], Rate | None]) -> Answer:
    """The slots among `rows`. Raises SourceError when none can be used, or none is current."""
    rates, rejected = read_slots(rows, read)
    kept = tuple(rate for rate in rates if rate.valid_to > order.since and rate.valid_from < until(order))
    if rejected and not kept:
        raise SourceError(f"None of the prices {service} sent can be used: {rejected[0]}.")
    if not kept and order.until is None:
        raise SourceError(f"{service} has no prices for {place}: check its name.")
    label = f"{place} {Formula.of(order.parameters).label}"
    return Answer(product=label[:60], rates=kept, rejected=rejected)


def until(order: Order) -> datetime:
    return order.until or order.now + AHEAD
