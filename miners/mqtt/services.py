"""What a person does to the MQTT broker's connection: one atomic change with its audit line; and trying it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync
from django.db import transaction

from hmm_project import live
from hmm_project.journal import services as journal
from miners.models import MqttBroker
from miners.mqtt import connecting
from miners.mqtt.address import Address, Rejected
from miners.services import Invalid

CHANGEABLE = (
    *("enabled", "host", "port", "user", "password", "tls", "verify_tls"),
    *("discovery_prefix", "prefix", "takes_orders"),
)


@transaction.atomic
def save_broker(*, actor: str, now: datetime, **changes: Any) -> MqttBroker:
    """Change the connection; None leaves a value as it is. What is saved is tried again, after a rejection too."""
    broker = connecting.configured() or MqttBroker(pk=connecting.ONLY)
    given = {name: value for name, value in changes.items() if value is not None}
    check_password(broker, given)
    if any(getattr(broker, name, None) != value for name, value in given.items()):
        broker.connected = False  # that was another connection
    for name, value in given.items():
        if name not in CHANGEABLE:
            raise Invalid(name, "This cannot be changed.")
        setattr(broker, name, value.strip() if isinstance(value, str) and name != "password" else value)
    broker.rejected = False
    broker.failure = ""
    broker.full_clean()
    broker.acting = actor
    broker.save()
    journal.close_alert(now=now, kind=connecting.REJECTED, message=f"The connection to {broker} was saved anew.")
    if not broker.enabled:
        message = f"The connection to {broker} was switched off."
        journal.close_alert(now=now, kind=connecting.AWAY, message=message)
    live.announce(connecting.CHANGED)
    return broker


@transaction.atomic
def delete_broker(broker: MqttBroker, *, actor: str, now: datetime) -> None:
    """Forget it; its miners vanish from Home Assistant."""
    broker.acting = actor
    broker.delete()
    for kind in (connecting.REJECTED, connecting.AWAY):
        journal.close_alert(now=now, kind=kind, message=f"The MQTT broker at {broker} was removed.")
    live.announce(connecting.CHANGED)


def check_password(broker: MqttBroker, given: dict[str, Any]) -> None:
    """Raises Invalid where a saved password would follow to another address, or out of the encryption."""
    if not broker.password or "password" in given:
        return
    moved = any(given.get(name, getattr(broker, name)) != getattr(broker, name) for name in ("host", "port", "tls"))
    if moved:
        raise Invalid("password", "Enter the password again: the saved one is for the former address only.")


def check_connection(given: dict[str, Any], *, now: datetime) -> str:
    """Connect and leave; with the saved connection where no host is given. Raises Rejected, Refused or Unreachable."""
    if given.get("host"):
        candidate = MqttBroker(**{name: value for name, value in given.items() if name in CHANGEABLE})
        candidate.full_clean(exclude=["id"])
        return async_to_sync(_try)(connecting.address(candidate))
    broker = connecting.usable()
    try:
        return async_to_sync(_try)(connecting.address(broker))
    except Rejected as error:
        connecting.reject(broker, str(error), now=now)
        raise


async def _try(address: Address) -> str:
    """Under a name of its own, so that the publisher's connection stays."""
    from miners.mqtt.client import connected  # the library, loaded only where it is used

    async with connected(address):
        return f"The MQTT broker at {address} answers."
