"""Energy-Charts of Fraunhofer ISE: day-ahead prices of the European bidding zones in EUR. No key."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from energy.contract import Answer, Order, Rate, SourceError
from energy.sources import formula, wholesale
from energy.sources.needs import Need
from energy.sources.slots import epoch, slot
from energy.sources.web import get_json, session

SERVICE = "Energy-Charts"
RHYTHM = wholesale.RHYTHM
PAGE = timedelta(days=31)
ZONE = re.compile(r"[A-Z]{2}([0-9A-Z-]{0,12})")
USUAL = timedelta(minutes=15)


def read_zone(value: Any) -> str:
    zone = str(value).strip().upper()
    if not ZONE.fullmatch(zone):
        raise ValueError(f"{str(value)[:20]!r} is not a bidding zone such as DE-LU, AT or NL.")
    return zone


NEEDS = (Need(name="zone", label="Bidding zone", read=read_zone, help="Such as DE-LU, AT, NL or FR"), *formula.NEEDS)


async def fetch(order: Order) -> Answer:
    """Raises SourceError."""
    zone, price = order.parameters["zone"], wholesale.pricing(order)
    asked = {"bzn": zone, "start": _stamp(order.since), "end": _stamp(wholesale.until(order))}
    async with session() as client:
        url = f"{order.base.rstrip('/')}/price?{urlencode(asked)}"
        payload = await get_json(client, url, service=SERVICE, now=order.now)
    starts, prices = _arrays(payload)
    length = _step(starts)

    def read(row: tuple[Any, Any]) -> Rate | None:
        valid_from = epoch(row[0])
        return None if row[1] is None else slot(valid_from, valid_from + length, price(row[1], valid_from))

    return wholesale.answer(order, SERVICE, zone, zip(starts, prices, strict=True), read)


def _arrays(payload: Any) -> tuple[list[Any], list[Any]]:
    found = payload if isinstance(payload, dict) else {}
    starts, prices, unit = found.get("unix_seconds"), found.get("price"), found.get("unit")
    if not isinstance(starts, list) or not isinstance(prices, list) or len(starts) != len(prices):
        raise SourceError(f"{SERVICE} answered something that is not a series of prices.")
    if str(unit).replace(" ", "").upper() != "EUR/MWH":
        raise SourceError(f"{SERVICE} answered prices in {str(unit)[:40]!r}, not in EUR per MWh.")
    return starts, prices


def _step(starts: list[Any]) -> timedelta:
    """How long a slot lasts: as far as two of them are apart at least."""
    whole = sorted({start for start in starts if isinstance(start, int) and not isinstance(start, bool)})
    steps = [later - earlier for earlier, later in pairwise(whole)]
    return timedelta(seconds=min(steps)) if steps and min(steps) < 1e6 else USUAL  # noqa: PLR2004  no step at all


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
