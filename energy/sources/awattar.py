"""aWATTar's market prices for Germany and Austria, hour by hour in EUR. No key."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from energy.contract import Answer, Order, Rate, SourceError
from energy.sources import formula, wholesale
from energy.sources.needs import Need, text
from energy.sources.slots import BadRow, amount, epoch, slot
from energy.sources.web import get_json, session

SERVICE = "aWATTar"
RHYTHM = replace(wholesale.RHYTHM, published_from=time(14))
PAGE = timedelta(days=31)
MS = Decimal(1000)
COUNTRIES = (("de", "Germany"), ("at", "Austria"))
NEEDS = (Need(name="country", label="Country", read=text, choices=COUNTRIES, default="de"), *formula.NEEDS)


async def fetch(order: Order) -> Answer:
    """Raises SourceError. `{country}` in the base URL is the country's domain."""
    country, price = order.parameters["country"], wholesale.pricing(order)
    asked = {"start": _ms(order.since), "end": _ms(wholesale.until(order))}
    async with session() as client:
        url = f"{order.base.rstrip('/').replace('{country}', country)}/v1/marketdata?{urlencode(asked)}"
        payload = await get_json(client, url, service=SERVICE, now=order.now)
    rows = payload.get("data") if isinstance(payload, dict) else None
    if not isinstance(rows, list):
        raise SourceError(f"{SERVICE} answered something that is not a list of prices.")

    def read(row: Any) -> Rate | None:
        if not isinstance(row, dict) or str(row.get("unit")).lower() != "eur/mwh":
            raise BadRow("a row is not a price in EUR per MWh")
        valid_from, valid_to = (_time(row.get(name)) for name in ("start_timestamp", "end_timestamp"))
        return slot(valid_from, valid_to, price(row.get("marketprice"), valid_from))

    return wholesale.answer(order, SERVICE, country.upper(), rows, read)


def _time(value: Any) -> datetime:
    milliseconds = amount(value)
    return epoch(None if milliseconds is None else milliseconds / MS)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
