"""Nord Pool's day-ahead prices, of the Nordic and Baltic countries and of Great Britain. No key."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp

from energy.contract import Answer, Order, Rate, SourceError
from energy.sources import formula, wholesale
from energy.sources.needs import Need
from energy.sources.slots import BadRow, moment, slot
from energy.sources.web import NotFound, NothingYet, get_json, session

SERVICE = "Nord Pool"
RHYTHM = wholesale.RHYTHM
PAGE = timedelta(days=7)  # a request a day
LONGEST_FETCH_S = 90
AREA = re.compile(r"[A-Z]{2,4}[0-9]?(-[A-Z]{2})?")
BRITAIN = "UK"


def read_area(value: Any) -> str:
    area = str(value).strip().upper()
    area = BRITAIN if area == "GB" else area
    if not AREA.fullmatch(area):
        raise ValueError(f"{str(value)[:20]!r} is not a delivery area such as SE3, NO1 or UK.")
    return area


NEEDS = (Need(name="area", label="Delivery area", read=read_area, help="Such as SE3, NO1, FI or UK"), *formula.NEEDS)


async def fetch(order: Order) -> Answer:
    """The prices of every market day from `order.since` on. Raises SourceError."""
    area, price = order.parameters["area"], wholesale.pricing(order)
    try:
        async with asyncio.timeout(LONGEST_FETCH_S), session() as client:
            rows = [row for day in _days(order) for row in await _rows(client, order, area, day)]
    except TimeoutError:
        raise SourceError(f"{SERVICE} did not finish its answers in {LONGEST_FETCH_S} s.") from None

    def read(row: Any) -> Rate | None:
        if not isinstance(row, dict) or not isinstance(row.get("entryPerArea"), dict):
            raise BadRow("a row is not the price of an area")
        valid_from, valid_to = moment(row.get("deliveryStart")), moment(row.get("deliveryEnd"))
        if area not in row["entryPerArea"]:
            return None
        return slot(valid_from, valid_to, price(row["entryPerArea"][area], valid_from))

    return wholesale.answer(order, SERVICE, area, rows, read)


def _days(order: Order) -> Iterator[date]:
    day = order.since.astimezone(wholesale.ZONE).date()
    last = (wholesale.until(order) - timedelta(microseconds=1)).astimezone(wholesale.ZONE).date()
    last = min(last, order.now.astimezone(wholesale.ZONE).date() + timedelta(days=1))
    while day <= last:
        yield day
        day += timedelta(days=1)


async def _rows(client: aiohttp.ClientSession, order: Order, area: str, day: date) -> list[Any]:
    """The rows of one market day; none while it is not published (204 or 404)."""
    market = "N2EX_DayAhead" if area == BRITAIN else "DayAhead"
    asked = {"date": day.isoformat(), "market": market, "deliveryArea": area, "currency": order.currency}
    try:
        url = f"{order.base.rstrip('/')}/api/DayAheadPrices?{urlencode(asked)}"
        payload = await get_json(client, url, service=SERVICE, now=order.now)
    except (NotFound, NothingYet):
        return []
    rows = payload.get("multiAreaEntries") if isinstance(payload, dict) else None
    if not isinstance(rows, list):
        raise SourceError(f"{SERVICE} answered something that is not a day of prices.")
    return rows
