"""Announcements to open pages: names and ids only, after the commit that made them true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from hmm_project.redis_server import connection

GROUP = "updates"


def announce(kind: str, ids: Iterable[int] = ()) -> None:
    """Tell every open page that `kind` (such as "miners-changed") happened, once the transaction has committed."""
    message: dict[str, object] = {"type": "announcement", "kind": kind, "ids": list(ids)}
    transaction.on_commit(lambda: _send(message), robust=True)


def _send(message: dict[str, object]) -> None:
    """What the layer's own group_send publishes, without an event loop and a connection made for every message."""
    layer: Any = get_channel_layer()
    connection().publish(channel(), layer.serialize(message))


def channel() -> str:
    """The Redis channel of the announcements, for a listener that is no page."""
    configured: Any = settings.CHANNEL_LAYERS["default"]
    return f"{configured['CONFIG']['prefix']}__group__{GROUP}"


def understood(data: bytes) -> tuple[str, list[int]]:
    """Kind and ids of an announcement as it came over the channel."""
    layer: Any = get_channel_layer()
    message = layer.deserialize(data)
    return message["kind"], message["ids"]
