"""Octopus Energy's public API: the current Agile product, its half-hourly prices, the region of a postcode. No key."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import aiohttp

from energy.contract import Answer, SourceError, UnknownProduct
from energy.sources.rates import read_rows
from energy.sources.web import NotFound, get_json, same_host, session

SERVICE: Final = "Octopus"
ZONE: Final = ZoneInfo("Europe/London")  # the Agile day ends at 23:00 there, wherever the household is
HORIZON = timedelta(days=3)  # rates are known for 31 hours at most
PAGE_SIZE = 1500
MOST_PAGES = 40
LONGEST_FETCH_S = 90

CURRENT_PRODUCT = re.compile(r"AGILE-(?!OUTGOING)(?!BB)[A-Z0-9-]{1,50}")
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
GROUP = re.compile(r"_([A-HJ-NP])")


async def fetch(base: str, *, region: str, pinned: str, resolved: str, since: datetime, now: datetime) -> Answer:
    """All known rates from `since` on, of the pinned product or of the one found by itself.

    `resolved` is the product found before. It is kept while it is published: a household stays on the product it
    signed for when a newer one comes out. Raises SourceError.
    """
    try:
        async with asyncio.timeout(LONGEST_FETCH_S), session() as client:
            product = pinned or resolved or await _current_product(client, base, now)
            try:
                return await _rates(client, base, product, region, since, now)
            except UnknownProduct:
                current = product if pinned else await _current_product(client, base, now)
                if current == product:
                    raise
            return await _rates(client, base, current, region, since, now)
    except TimeoutError:
        raise SourceError(f"{SERVICE} did not finish its answer in {LONGEST_FETCH_S} s.") from None


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


def newest_import_product(rows: Iterable[Any], now: datetime) -> str | None:
    """The code of the newest Agile import product that is on sale; None when there is none."""
    on_sale = [
        (started, row["code"])
        for row in rows
        if isinstance(row, dict)
        and row.get("direction", "IMPORT") == "IMPORT"
        and row.get("available_to") is None
        and CURRENT_PRODUCT.fullmatch(str(row.get("code")))
        and (started := _started(row)) <= now
    ]
    return max(on_sale)[1] if on_sale else None


def _started(row: dict[str, Any]) -> datetime:
    try:
        time = datetime.fromisoformat(str(row.get("available_from")))
        return (time if time.tzinfo else time.replace(tzinfo=ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


async def _current_product(client: aiohttp.ClientSession, base: str, now: datetime) -> str:
    rows = await _all_rows(client, f"{base.rstrip('/')}/v1/products/", now)
    product = newest_import_product(rows, now)
    if product is None:
        raise SourceError(f"{SERVICE} lists no Agile product now: name the one of your contract in the tariff.")
    return product


async def _rates(
    client: aiohttp.ClientSession, base: str, product: str, region: str, since: datetime, now: datetime
) -> Answer:
    tariff = tariff_code(product, region)
    window = {"period_from": _stamp(since), "period_to": _stamp(now + HORIZON), "page_size": PAGE_SIZE}
    path = f"/v1/products/{product}/electricity-tariffs/{tariff}/standard-unit-rates/"
    try:
        rows = await _all_rows(client, f"{base.rstrip('/')}{path}?{urlencode(window)}", now)
    except NotFound:
        raise UnknownProduct(f"{SERVICE} does not know the tariff {tariff}.") from None
    rates, rejected = read_rows(rows)
    if rejected and not rates:
        raise SourceError(f"None of the {len(rows)} prices {SERVICE} sent can be used: {rejected[0]}.")
    if not rates:
        raise UnknownProduct(f"{SERVICE} publishes no prices for the tariff {tariff}.")
    if rates[-1].valid_to <= now:
        ended = rates[-1].valid_to.astimezone(ZONE)
        raise UnknownProduct(f"The newest price {SERVICE} has for the tariff {tariff} ended {ended:%Y-%m-%d %H:%M}.")
    return Answer(product=product, rates=rates, rejected=rejected)


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


def _stamp(time: datetime) -> str:
    """Without the Z a time would be read as London's."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
