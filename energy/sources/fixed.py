"""One price at any time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from energy.contract import Answer, Order, Rate, Rhythm
from energy.sources.needs import Need, number
from energy.sources.slots import EXACT, price

AHEAD = timedelta(days=3)
HALF_HOUR = timedelta(minutes=30)
RHYTHM = Rhythm(ahead=timedelta(days=1), keeps_past=True, missing="the clock of this machine may be wrong.")
NEEDS = (
    Need(name="price", label="Price per kWh", read=number("-1000", "10000"), help="Pence, cents or öre, with VAT"),
)


async def fetch(order: Order) -> Answer:
    """Half hours up to three days ahead. Raises BadRow for an absurd price."""
    pence = price(order.parameters["price"], order.now, order.currency).quantize(EXACT)
    start = order.since - timedelta(seconds=order.since.timestamp() % HALF_HOUR.total_seconds())
    count = max(0, -((start - order.now - AHEAD) // HALF_HOUR))
    starts = (start + HALF_HOUR * index for index in range(count))
    rates = tuple(Rate(at, at + HALF_HOUR, pence) for at in starts)
    return Answer(product=f"{Decimal(order.parameters['price']).normalize():f}", rates=rates)
