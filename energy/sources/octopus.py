"""Octopus Energy's public API: the current Agile product, its half-hourly prices, the region of a postcode. No key."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import aiohttp

from energy.contract import Answer, Order, Rate, Rhythm, SourceError, UnknownProduct
from energy.sources.rates import read_rows
from energy.sources.web import NotFound, get_json, same_host, session

SERVICE: Final = "Octopus"
ZONE: Final = ZoneInfo("Europe/London")  # the Agile day ends at 23:00 there, wherever the household is
RHYTHM: Final = Rhythm(zone=ZONE, day_ends=time(23), published_from=time(15, 55), published_by=time(20))
HORIZON = timedelta(days=3)  # rates are known for 31 hours at most
PAGE_SIZE = 1500
MOST_PAGES = 40
LONGEST_FETCH_S = 90

POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
GROUP = re.compile(r"_([A-HJ-NP])")


@dataclass(frozen=True, slots=True)
class Kind:
    """Which products are meant: what the household pays, or what it is paid."""

    direction: str
    codes: re.Pattern[str]
    words: str


IMPORT: Final = Kind("IMPORT", re.compile(r"AGILE-(?!OUTGOING)(?!BB)[A-Z0-9-]{1,50}"), "Agile")
EXPORT: Final = Kind("EXPORT", re.compile(r"AGILE-OUTGOING-(?!BB)[A-Z0-9-]{1,40}"), "Outgoing Agile")


async def fetch(order: Order, kind: Kind = IMPORT) -> Answer:
    """The known rates of the pinned product or of the one found by itself.

    `order.resolved` is the product found before. It is kept while it is published: a household stays on the product
    it signed for when a newer one comes out. Raises SourceError.
    """
    try:
        async with asyncio.timeout(LONGEST_FETCH_S), session() as client:
            product = order.pinned or order.resolved or await _current_product(client, order, kind)
            try:
                return await _rates(client, order, product)
            except UnknownProduct:
                current = product if order.pinned else await _current_product(client, order, kind)
                if current == product:
                    raise
            return await _rates(client, order, current)
    except TimeoutError:
        raise SourceError(f"{SERVICE} did not finish its answer in {LONGEST_FETCH_S} s.") from None


async def fetch_export(order: Order) -> Answer:
    """What Outgoing Agile pays, of the product found by itself."""
    return await fetch(replace(order, pinned=""), EXPORT)


async def fetch_region(base: str, postcode: str, *, now: datetime) -> str:
    """The region letter of a postcode. SourceError when Octopus does not know one, or several."""
    compact = "".join(postcode.split()).upper()
    if not POSTCODE.fullmatch(compact):
        raise SourceError(f"{postcode[:20]!r} is not a full postcode such as SW1A 1AA.")
    async with session() as client:
        url = f"{base.rstrip('/')}/v1/industry/grid-supply-points/?{urlencode({'postcode': compact})}"
        rows, _ = _envelope(await get_json(client, url, service=SERVICE, now=now))
    letters = {found[1] for row in rows if (found := GROUP.fullmatch(str(_field(row, "group_id"))))}
    if len(letters) != 1:
        raise SourceError(f"{SERVICE} names {len(letters) or 'no'} regions for {compact}: choose the region yourself.")
    return letters.pop()


def tariff_code(product: str, region: str) -> str:
    """The single-register electricity tariff of a product in a region, such as E-1R-AGILE-24-10-01-A."""
    return f"E-1R-{product}-{region}"


def newest_product(rows: Iterable[Any], now: datetime, kind: Kind = IMPORT) -> str | None:
    """The code of the newest Agile product of this kind that is on sale; None when there is none."""
    on_sale = [
        (started, row["code"])
        for row in rows
        if isinstance(row, dict)
        and row.get("direction", IMPORT.direction) == kind.direction
        and row.get("available_to") is None
        and kind.codes.fullmatch(str(row.get("code")))
        and (started := _started(row)) <= now
    ]
    return max(on_sale)[1] if on_sale else None


def _started(row: dict[str, Any]) -> datetime:
    try:
        started = datetime.fromisoformat(str(row.get("available_from")))
        return (started if started.tzinfo else started.replace(tzinfo=ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


async def _current_product(client: aiohttp.ClientSession, order: Order, kind: Kind) -> str:
    rows = await _all_rows(client, f"{order.base.rstrip('/')}/v1/products/", order.now)
    product = newest_product(rows, order.now, kind)
    if product is None:
        raise SourceError(f"{SERVICE} lists no {kind.words} product now: name the one of your contract in the tariff.")
    return product


async def _rates(client: aiohttp.ClientSession, order: Order, product: str) -> Answer:
    tariff = tariff_code(product, order.region)
    until = order.until or order.now + HORIZON
    window = {"period_from": _stamp(order.since), "period_to": _stamp(until), "page_size": PAGE_SIZE}
    path = f"/v1/products/{product}/electricity-tariffs/{tariff}/standard-unit-rates/"
    try:
        rows = await _all_rows(client, f"{order.base.rstrip('/')}{path}?{urlencode(window)}", order.now)
    except NotFound:
        raise UnknownProduct(f"{SERVICE} does not know the tariff {tariff}.") from None
    rates, rejected = read_rows(rows)
    if rejected and not rates:
        raise SourceError(f"None of the {len(rows)} prices {SERVICE} sent can be used: {rejected[0]}.")
    if order.until is None:
        _check_current(rates, tariff, order.now)
    return Answer(product=product, rates=rates, rejected=rejected)


def _check_current(rates: Sequence[Rate], tariff: str, now: datetime) -> None:
    """An old product goes on telling its past: what ended is not what the household pays."""
    if not rates:
        raise UnknownProduct(f"{SERVICE} publishes no prices for the tariff {tariff}.")
    if rates[-1].valid_to <= now:
        ended = rates[-1].valid_to.astimezone(ZONE)
        raise UnknownProduct(f"The newest price {SERVICE} has for the tariff {tariff} ended {ended:%Y-%m-%d %H:%M}.")


async def _all_rows(client: aiohttp.ClientSession, url: str, now: datetime) -> list[Any]:
    """The rows of all pages; `next` is followed as it is written, on the same host only."""
    rows: list[Any] = []
    seen: set[str] = set()
    following: str | None = url
    while following is not None:
        if following in seen or len(seen) >= MOST_PAGES:
            raise SourceError(f"{SERVICE} sends pages without end.")
        seen.add(following)
        page, following = _envelope(await get_json(client, following, service=SERVICE, now=now))
        rows += page
        if following is not None:
            same_host(url, following, SERVICE)
    return rows


def _envelope(payload: Any) -> tuple[list[Any], str | None]:
    rows, following = _field(payload, "results"), _field(payload, "next")
    if not isinstance(rows, list) or not isinstance(following, str | None):
        raise SourceError(f"{SERVICE} answered something that is not a list.")
    return rows, following or None


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _stamp(moment: datetime) -> str:
    """Without the Z a time would be read as London's."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
