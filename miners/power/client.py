"""Home Assistant's REST API, as far as plugs need it. Its answers are bounded in time and size and never trusted."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import aiohttp
import orjson

from miners.contract import Garbled, Refused, Unreachable

TIMEOUT_S = 10
LARGEST_ANSWER = 16 * 2**20  # a house of some ten thousand entities
REJECTIONS = (401, 403)
REDIRECTS = range(300, 400)
DOWN = (502, 503, 504)
UNCHECKED = "correct its address, or let its certificate go unchecked."
WATTS_PER = {"W": 1.0, "kW": 1000.0, "mW": 0.001}


class TokenRejected(Refused):
    """401 or 403. Do not ask again with this token: Home Assistant bans addresses that insist."""


@dataclass(frozen=True, slots=True)
class Connection:
    url: str  # such as http://homeassistant.local:8123
    token: str = field(repr=False)
    verify_tls: bool = True  # False: encrypted to whoever answers, for a certificate nobody else has signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    entity_id: str
    state: str  # as Home Assistant says it: "on", "off", "unavailable", "118.4"
    name: str = ""
    unit: str = ""
    reported_at: datetime | None = None  # by Home Assistant's clock, when it last heard of it

    @property
    def power_w(self) -> float | None:
        """Watts of a power sensor; None when it has no number or another unit."""
        try:
            value = float(self.state) * WATTS_PER[self.unit]
        except (ValueError, KeyError):
            return None
        return value if math.isfinite(value) else None


@asynccontextmanager
async def open_client(connection: Connection) -> AsyncIterator[Client]:
    """One session for a few requests."""
    session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
        headers={"Authorization": f"Bearer {connection.token}", "Accept-Encoding": "identity"},
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        connector=aiohttp.TCPConnector(ssl=connection.verify_tls),
    )
    async with session:
        yield Client(connection.url.rstrip("/"), session)


class Client:
    """Every method raises TokenRejected, Refused, Garbled or Unreachable."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def check(self) -> str:
        """What Home Assistant says of itself: "API running."."""
        answer = await self._ask("GET", "/api/")
        if not isinstance(answer, dict) or not isinstance(answer.get("message"), str):
            raise Garbled(f"{self.url} is not Home Assistant")
        return str(answer["message"])

    async def states(self) -> dict[str, Entity]:
        """Every entity of the house by its id."""
        answer = await self._ask("GET", "/api/states")
        if not isinstance(answer, list):
            raise Garbled(f"{self.url}/api/states is not a list")
        entities = [entity for item in answer if (entity := parse_entity(item))]
        return {entity.entity_id: entity for entity in entities}

    async def state(self, entity_id: str) -> Entity | None:
        """One entity; None when Home Assistant does not know it."""
        return parse_entity(await self.told(entity_id))

    async def told(self, entity_id: str) -> dict[str, Any] | None:
        """One entity with its attributes, as JSON; None when Home Assistant does not know it."""
        try:
            answer = await self._ask("GET", f"/api/states/{entity_id}")
        except _NotFound:
            return None
        entity = parse_entity(answer)
        if entity is None or entity.entity_id != entity_id:
            raise Garbled(f"{self.url}/api/states/{entity_id} is not a state")
        return dict(answer)

    async def turn(self, entity_id: str, *, on: bool) -> None:
        """Ask for it. The answer proves nothing (200 and an empty list for an unknown entity): read the state."""
        domain = "switch" if entity_id.startswith("switch.") else "homeassistant"
        await self._ask("POST", f"/api/services/{domain}/turn_{'on' if on else 'off'}", {"entity_id": entity_id})

    async def _ask(self, method: str, path: str, body: object = None) -> Any:
        try:
            async with self.session.request(
                method, self.url + path, json=body, allow_redirects=False, raise_for_status=False
            ) as response:
                content = await _bounded(response)
        except TimeoutError:
            raise Unreachable(f"Home Assistant at {self.url} did not answer within {TIMEOUT_S} s") from None
        except aiohttp.ClientConnectorCertificateError as error:
            raise Refused(f"The certificate of {self.url} is not trusted ({_reason(error)}): {UNCHECKED}") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(f"Home Assistant at {self.url} does not answer: {error}") from None
        return _judged(self.url, path, response, content)


class _NotFound(Refused):
    pass


def _reason(error: aiohttp.ClientConnectorCertificateError) -> str:
    return str(getattr(error.certificate_error, "verify_message", "") or "it is for another name").rstrip(".")


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise Garbled(f"{response.url} answers more than {LARGEST_ANSWER // 2**20} MiB")
    return b"".join(parts)


def _judged(url: str, path: str, response: aiohttp.ClientResponse, content: bytes) -> Any:
    status = response.status
    if status in REJECTIONS:
        raise TokenRejected(f"Home Assistant at {url} rejects the token ({status})")
    if status == HTTPStatus.NOT_FOUND:
        raise _NotFound(f"Home Assistant at {url} does not know {path}")
    if status in REDIRECTS:
        raise Refused(f"{url} redirects to {response.headers.get('Location', 'elsewhere')}: enter that address")
    if status in DOWN:
        raise Unreachable(f"Home Assistant at {url} is not up ({status})")
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        answer = None
    if status != HTTPStatus.OK:
        message = answer.get("message") if isinstance(answer, dict) else None
        raise Refused(f"Home Assistant says {status}: {str(message or 'no reason given')[:300]}", retry=True)
    if answer is None:
        raise Garbled(f"{url}{path} is not JSON")
    return answer


def parse_entity(item: object) -> Entity | None:
    """An entity of Home Assistant's JSON; None for anything else."""
    if not isinstance(item, dict):
        return None
    entity_id, state, attributes = item.get("entity_id"), item.get("state"), item.get("attributes")
    if not isinstance(entity_id, str) or not isinstance(state, str):
        return None
    named = attributes if isinstance(attributes, dict) else {}
    return Entity(
        entity_id=entity_id,
        state=state,
        name=str(named.get("friendly_name") or ""),
        unit=str(named.get("unit_of_measurement") or ""),
        reported_at=_reported_at(item),
    )


def _reported_at(item: dict[str, Any]) -> datetime | None:
    """The latest of its times: before 2024.4 there was no last_reported."""
    times = [_time(item.get(name)) for name in ("last_reported", "last_updated", "last_changed")]
    return max((time for time in times if time), default=None)


def _time(text: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return time if time and time.utcoffset() is not None else None
