"""What a person asks Home Assistant from a page or the API: whether it answers, and which plugs it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import TypeVar

from asgiref.sync import async_to_sync

from miners.models import HomeAssistant, Miner, Switch
from miners.power import connecting
from miners.power.client import Connection, Entity, TokenRejected, open_client
from miners.power.services import check_token
from miners.power.suggesting import Offer, is_power_sensor, is_switch, offers
from miners.services import Invalid

T = TypeVar("T")


def check_connection(url: str = "", token: str = "", *, verify_tls: bool = True, now: datetime) -> str:
    """What Home Assistant answers; with the saved connection where none is given. Raises a DeviceError.

    A saved token is sent to its own address only, and not again once it was rejected.
    """
    if bool(url) != bool(token):
        raise Invalid("url" if token else "token", "To test another connection give both its address and its token.")
    if not url:
        return _ask_saved(_check, now)
    candidate = HomeAssistant(url=url.strip().rstrip("/"), token=token.strip(), verify_tls=verify_tls)
    check_token(candidate, url, token)
    candidate.full_clean()
    return async_to_sync(_check)(connecting.connection(candidate))


def entities(*, now: datetime) -> list[Entity]:
    """Everything that can be linked: switches and power sensors. Raises a DeviceError."""
    found = _ask_saved(_states, now)
    return [entity for _, entity in sorted(found.items()) if is_switch(entity) or is_power_sensor(entity)]


def offered(found: list[Entity], linked: Collection[str]) -> list[Offer]:
    """The switches among them, with what probably belongs to each: those not linked yet first."""
    unplugged = dict(Miner.objects.filter(switch=None).values_list("pk", "name"))
    return offers(found, linked, unplugged)


def linked() -> set[str]:
    """The entities that our plugs are and are measured by."""
    pairs = Switch.objects.values_list("entity_id", "power_entity_id")
    return {entity_id for pair in pairs for entity_id in pair if entity_id}


def _ask_saved(question: Callable[[Connection], Awaitable[T]], now: datetime) -> T:
    home = connecting.usable()
    try:
        return async_to_sync(question)(connecting.connection(home))
    except TokenRejected:
        connecting.reject(home, now=now)
        raise


async def _check(connection: Connection) -> str:
    async with open_client(connection) as client:
        return await client.check()


async def _states(connection: Connection) -> dict[str, Entity]:
    async with open_client(connection) as client:
        return await client.states()
