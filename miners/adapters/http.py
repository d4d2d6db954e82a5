"""One bounded HTTP exchange with a device: no redirects, no `Origin`, body and time capped, every failure ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
import orjson
from yarl import URL

from miners.adapters.lenient import Info, parse_object
from miners.adapters.link import Link, reason
from miners.contract import Garbled, Refused, Target, Unreachable

LONGEST_WORDS = 120

Headers = Mapping[str, str]
NO_HEADERS: Headers = {}


class Unauthorised(Refused):
    """401: a one-time code is wanted, or the device does not serve this network."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes

    @property
    def unknown_path(self) -> bool:
        """404, or (AxeOS before 2.9, every NerdQAxe) the captive portal's redirect."""
        return (
            self.status == HTTPStatus.NOT_FOUND or HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST
        )

    @property
    def words(self) -> str:
        """The start of the body, for an error message; nothing of a web page."""
        text = self.body[:LONGEST_WORDS].decode("utf-8", "replace").strip()
        if text.startswith("<"):
            return ""
        return "".join(character if character.isprintable() else " " for character in text)


async def get_json(link: Link, target: Target, path: str) -> Info | None:
    """The JSON object at `path`; None when the device knows no such path."""
    answer = await _exchange(link, target, "GET", path)
    if answer.unknown_path:
        return None
    _check(answer, f"GET {path}")
    return parse_object(answer.body, f"GET {path}")


async def post(
    link: Link,
    target: Target,
    path: str,
    values: Mapping[str, object] | None = None,
    *,
    headers: Headers = NO_HEADERS,
) -> None:
    """POST, with a JSON body when there are `values`. Answers differ by version and are not looked at."""
    await _write(link, target, "POST", path, values, headers)


async def post_for_json(link: Link, target: Target, path: str, *, headers: Headers = NO_HEADERS) -> Info:
    """POST without a body, answered by a JSON object."""
    answer = await _write(link, target, "POST", path, None, headers)
    return parse_object(answer.body, f"POST {path}")


async def patch(
    link: Link, target: Target, path: str, values: Mapping[str, object], *, headers: Headers = NO_HEADERS
) -> None:
    """PATCH a JSON body. Success is an empty 200, also for keys the firmware does not know: read back to be sure."""
    await _write(link, target, "PATCH", path, values, headers)


async def _write(
    link: Link, target: Target, method: str, path: str, values: Mapping[str, object] | None, headers: Headers
) -> _Answer:
    if values is not None and None in values.values():
        raise ValueError(f"{method} {path}: null crashes AxeOS 2.4 and older")
    answer = await _exchange(link, target, method, path, None if values is None else orjson.dumps(values), headers)
    if answer.unknown_path:
        raise Refused(f"Its firmware does not know {method} {path}.")
    _check(answer, f"{method} {path}")
    return answer


def _check(answer: _Answer, request: str) -> None:
    """Raise for a status that is no success."""
    status = answer.status
    if status == HTTPStatus.UNAUTHORIZED:
        raise Unauthorised(f"{request} was refused: {answer.words or 'Unauthorized'} ({status}).")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable(f"{request} failed inside the device ({status}).")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        retry = status == HTTPStatus.TOO_MANY_REQUESTS
        raise Refused(f"{request} was refused: {answer.words or 'no reason given'} ({status}).", retry=retry)


async def _exchange(
    link: Link, target: Target, method: str, path: str, body: bytes | None = None, headers: Headers = NO_HEADERS
) -> _Answer:
    host = f"[{target.host}]" if ":" in target.host else target.host  # an IPv6 address
    url = URL.build(scheme="http", host=host, port=target.port, path=path, encoded=True)
    if body is not None:
        headers = {**headers, "Content-Type": "application/json"}
    request = f"{method} {path}"
    try:
        async with link.session.request(method, url, data=body, headers=headers, allow_redirects=False) as response:
            return _Answer(response.status, await _body(response, link.body_cap, request))
    except TimeoutError:
        raise Unreachable(f"{request}: no whole answer within {link.timeout_s:g} s.") from None
    except aiohttp.ClientConnectorError as error:
        raise Unreachable(f"{request}: no connection ({reason(error.os_error)}).") from None
    except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError, OSError):
        raise Unreachable(f"{request}: the connection broke off.") from None
    except (aiohttp.ClientError, ValueError):
        raise Garbled(f"{request}: the answer is not HTTP.") from None


async def _body(response: aiohttp.ClientResponse, cap: int, request: str) -> bytes:
    """The whole body. Leaving the caller's block early closes the connection: an endless body costs `cap` bytes."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > cap:
            raise Garbled(f"{request}: the answer is longer than {cap // 1024} KiB.")
    return b"".join(parts)
