"""Asking a public service for JSON: bounded in time and size, without redirects; every failure is a SourceFailed."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import aiohttp

from hmm_project.version import VERSION
from pools.figures import NothingTold, SourceFailed

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
LARGEST_BODY_BYTES = 1024 * 1024
LONGEST_WAIT_S = 6 * 3600
# Unpacked by nobody: a small answer must not become a large one in memory.
HEADERS = {"User-Agent": f"HomeMinerManager/{VERSION}", "Accept": "application/json", "Accept-Encoding": "identity"}


def session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=TIMEOUT, headers=HEADERS, auto_decompress=False)


async def get_json(client: aiohttp.ClientSession, url: str, *, service: str, now: datetime) -> Any:
    """The decoded answer; numbers with a point are Decimal, NaN and Infinity too. Raises SourceFailed.

    NothingTold where there is no such page.
    """
    try:
        async with client.get(url, allow_redirects=False) as response:
            if response.status == HTTPStatus.NOT_FOUND:
                raise NothingTold(f"{service} does not know that (HTTP 404).")
            if response.status != HTTPStatus.OK:
                wait_s = retry_after_s(response.headers.get("Retry-After"), now)
                raise SourceFailed(f"{service} answered HTTP {response.status}.", retry_after_s=wait_s)
            return _decoded(await _read(response.content, service), service)
    except TimeoutError:
        raise SourceFailed(f"{service} did not answer in {TIMEOUT.total:.0f} s.") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise SourceFailed(f"{service} cannot be reached: {reason}.") from None


async def _read(content: aiohttp.StreamReader, service: str) -> bytes:
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY_BYTES:
            raise SourceFailed(f"{service} sent more than {LARGEST_BODY_BYTES // 1024 // 1024} MiB: not read further.")
    return bytes(body)


def _decoded(body: bytes, service: str) -> Any:
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=Decimal)
    except (ValueError, RecursionError, ArithmeticError):
        raise SourceFailed(f"{service} answered something that is not JSON.") from None


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header, as a number or as a date; None when it is neither. At most six hours."""
    if not header:
        return None
    if header.isascii() and header.strip().isdecimal():
        return min(float(header.strip()[:9]), LONGEST_WAIT_S)
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return None
    if then.tzinfo is None:
        return None
    return min(max((then - now).total_seconds(), 0.0), LONGEST_WAIT_S)
