"""Tibber's prices of a home, quarter hour by quarter hour with all taxes. Needs an access token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

import aiohttp

from energy.contract import Answer, Order, Rate, Rhythm, SourceError
from energy.sources.currencies import HUNDRED
from energy.sources.needs import Need, text
from energy.sources.slots import BadRow, moment, price, read_slots, slot
from energy.sources.web import get_json, session

SERVICE: Final = "Tibber"
RHYTHM = Rhythm(zone=ZoneInfo("Europe/Berlin"), day_ends=time(0), published_from=time(12, 45), published_by=time(17))
NEEDS = (Need(name="home_id", label="Home", read=text, default="", help="Its id; empty: the only home you have"),)
HOMES = "{ viewer { homes { id } } }"
PRICES = (
    "query($id: ID!) { viewer { home(id: $id) { currentSubscription { priceInfo(resolution: QUARTER_HOURLY) {"
    " current { currency } today { startsAt total } tomorrow { startsAt total } } } } } }"
)


async def fetch(order: Order) -> Answer:
    """Today's and tomorrow's prices. Raises SourceError."""
    async with session() as client:
        home = order.parameters["home_id"] or await _only_home(client, order)
        data = await _ask(client, order, PRICES, {"id": home})
    info = _path(data, "viewer", "home", "currentSubscription", "priceInfo")
    if not isinstance(info, dict):
        raise SourceError(f"{SERVICE} has no running subscription for the home {home[:40]}.")
    currency = _path(info, "current", "currency")
    if currency not in (None, order.currency):
        raise SourceError(f"{SERVICE}'s prices are in {str(currency)[:10]}: choose that currency in the tariff.")
    rows = [row for day in ("today", "tomorrow") for row in info.get(day) or []]
    rates, rejected = read_slots(_lasting(rows), lambda row: _rate(*row, order.currency))
    if not rates:
        raise SourceError(f"{SERVICE} sent no price that can be used{': ' + rejected[0] if rejected else ''}.")
    return Answer(product=f"home {home[:8]}", rates=rates, rejected=rejected)


def _lasting(rows: list[Any]) -> Iterator[tuple[Any, timedelta]]:
    """Each row with how long it lasts: as far as two of them are apart at least, an hour when there is only one."""
    starts = sorted({start for row in rows if (start := _start(row))})
    steps = [later - earlier for earlier, later in pairwise(starts)]
    length = min([*steps, timedelta(hours=1)])
    return ((row, length) for row in rows)


def _start(row: Any) -> datetime | None:
    try:
        return moment(row.get("startsAt")) if isinstance(row, dict) else None
    except BadRow:
        return None


def _rate(row: Any, length: timedelta, currency: str) -> Rate:
    if not isinstance(row, dict):
        raise BadRow(f"a row is {type(row).__name__}, not an object")
    start = moment(row.get("startsAt"))
    return slot(start, start + length, price(row.get("total"), start, currency, scale=HUNDRED))


async def _only_home(client: aiohttp.ClientSession, order: Order) -> str:
    homes = _path(await _ask(client, order, HOMES, {}), "viewer", "homes")
    ids = [str(home["id"])[:60] for home in homes or [] if isinstance(home, dict) and home.get("id")]
    if len(ids) != 1:
        raise SourceError(f"{SERVICE} knows {len(ids) or 'no'} homes of yours: enter the id of one: {', '.join(ids)}.")
    return ids[0]


async def _ask(client: aiohttp.ClientSession, order: Order, query: str, variables: dict[str, str]) -> Any:
    payload = await get_json(
        client,
        f"{order.base.rstrip('/')}/v1-beta/gql",
        service=SERVICE,
        now=order.now,
        body={"query": query, "variables": variables},
        headers={"Authorization": f"Bearer {order.secret}"},
    )
    errors = payload.get("errors") if isinstance(payload, dict) else None
    if errors:
        raise SourceError(f"{SERVICE} says: {str(_first_message(errors))[:200]}.")
    return _path(payload, "data")


def _first_message(errors: Any) -> Any:
    first = errors[0] if isinstance(errors, list) else errors
    return _path(first, "message") or "no reason given"


def _path(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
