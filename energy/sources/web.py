"""Getting JSON from an outside service: bounded in time, size and redirects; every failure is a SourceError."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from energy.contract import SourceError
from hmm_project.version import VERSION

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
LARGEST_BODY_BYTES = 4 * 1024 * 1024
MOST_REDIRECTS = 3
LONGEST_WAIT_S = 6 * 3600
# Unpacked by nobody: a small answer must not become a large one in memory.
HEADERS = {"User-Agent": f"HomeMinerManager/{VERSION}", "Accept": "application/json", "Accept-Encoding": "identity"}


class NotFound(SourceError):
    """HTTP 404."""


class NothingYet(SourceError):
    """HTTP 204: it will be there later."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the service: the status, the header that says when to come back, the body."""

    status: int
    retry_after: str | None
    location: str | None
    body: bytes


def session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=TIMEOUT, headers=HEADERS, auto_decompress=False)


async def get_json(
    client: aiohttp.ClientSession,
    url: str,
    *,
    service: str,
    now: datetime,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """The decoded answer; numbers with a point are Decimal, NaN and Infinity too. Redirects stay on the same host.

    A `body` is sent by POST, as JSON. Raises SourceError.
    """
    for _ in range(MOST_REDIRECTS + 1):
        page = await _request(client, url, service, body, headers)
        if page.location is None:
            _check_status(page, service, now)
            return _decode(page.body, service)
        url = same_host(url, _joined(url, page.location), service)
    raise SourceError(f"{service} redirects in circles.")


def same_host(known: str, following: str, service: str) -> str:
    """`following`, once it is seen to lead to the host of `known`; SourceError when it leads elsewhere."""
    if _origin(known) != _origin(following):
        raise SourceError(f"{service} points to another host ({following[:80]!r}): not followed.")
    return following


def _joined(url: str, location: str) -> str:
    """Where a redirect leads; a Location that is no URL leads nowhere."""
    try:
        return str(URL(url, encoded=True).join(URL(location, encoded=True)))
    except ValueError:
        return location


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None, None


async def _request(
    client: aiohttp.ClientSession, url: str, service: str, body: Any, headers: Mapping[str, str] | None
) -> Page:
    method = "GET" if body is None else "POST"
    try:
        async with client.request(
            method, URL(url, encoded=True), json=body, headers=headers, allow_redirects=False
        ) as response:
            moved = response.status in {301, 302, 303, 307, 308}
            location = response.headers.get("Location") if moved else None
            content = await _read(response.content, service)
            return Page(response.status, response.headers.get("Retry-After"), location, content)
    except TimeoutError:
        raise SourceError(f"{service} did not answer in {TIMEOUT.total:.0f} s.") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise SourceError(f"{service} cannot be reached: {reason}.") from None


async def _read(content: aiohttp.StreamReader, service: str) -> bytes:
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY_BYTES:
            raise SourceError(f"{service} sent more than {LARGEST_BODY_BYTES // 1024 // 1024} MiB: not read further.")
    return bytes(body)


def _check_status(page: Page, service: str, now: datetime) -> None:
    wait_s = retry_after_s(page.retry_after, now)
    match page.status:
        case HTTPStatus.OK:
            return
        case HTTPStatus.NO_CONTENT:
            raise NothingYet(f"{service} has nothing yet (HTTP 204).")
        case HTTPStatus.UNAUTHORIZED:
            raise SourceError(f"{service} rejects the access token (HTTP 401): enter a new one.")
        case HTTPStatus.NOT_FOUND:
            raise NotFound(f"{service} does not know that (HTTP 404).")
        case HTTPStatus.TOO_MANY_REQUESTS:
            raise SourceError(f"{service} asks for fewer requests (HTTP 429).", retry_after_s=wait_s)
        case HTTPStatus.FORBIDDEN:
            raise SourceError(f"{service} refuses requests from this address (HTTP 403).", retry_after_s=wait_s)
        case status:
            raise SourceError(f"{service} answered HTTP {status}.", retry_after_s=wait_s)


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header, as a number or as a date; None when it is neither. At most six hours."""
    if not header:
        return None
    if header.strip().isdecimal() and header.isascii():
        return min(float(header[:9]), LONGEST_WAIT_S)
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0), LONGEST_WAIT_S)


def _decode(body: bytes, service: str) -> Any:
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=Decimal)
    except (ValueError, RecursionError, ArithmeticError):
        raise SourceError(f"{service} answered something that is not JSON.") from None
