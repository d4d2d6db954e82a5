"""AgilePredict: what Agile's next days may cost. Forecasts, never prices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from energy.contract import ForecastRate, Order, SourceError
from energy.sources.slots import BadRow, moment, price, slot
from energy.sources.web import get_json, session

SERVICE = "AgilePredict"
DAYS = 7
SLOT = timedelta(minutes=30)
MOST_ROWS = 14 * 50


async def fetch(order: Order) -> tuple[ForecastRate, ...]:
    """The newest forecast of the region, in order of time. Raises SourceError."""
    asked = {"days": DAYS, "forecast_count": 1, "high_low": "true", "export": "false"}
    async with session() as client:
        url = f"{order.base.rstrip('/')}/api/{order.region}?{urlencode(asked)}"
        payload = await get_json(client, url, service=SERVICE, now=order.now)
    newest = payload[0] if isinstance(payload, list) and payload else None
    rows = newest.get("prices") if isinstance(newest, dict) else None
    if not isinstance(rows, list):
        raise SourceError(f"{SERVICE} answered something that is not a forecast.")
    rates = {rate.valid_from: rate for rate in _rates(rows[:MOST_ROWS])}
    if not rates:
        raise SourceError(f"{SERVICE} sent no forecast that can be used.")
    return tuple(sorted(rates.values()))


def _rates(rows: list[Any]) -> Iterator[ForecastRate]:
    for row in rows:
        try:
            yield _rate(row if isinstance(row, dict) else {})
        except BadRow:  # a forecast with a hole is still one: nothing is decided by it
            continue


def _rate(row: dict[str, Any]) -> ForecastRate:
    start = moment(row.get("date_time"))
    middle = slot(start, start + SLOT, price(row.get("agile_pred"), start))

    def bound(name: str) -> Decimal | None:
        return None if row.get(name) is None else price(row[name], start)

    return ForecastRate(middle.valid_from, middle.valid_to, middle.price_pence, bound("agile_low"), bound("agile_high"))
