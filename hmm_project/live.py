"""Announcements to open pages: names and ids only, after the commit that made them true."""

from __future__ import annotations

from collections.abc import Iterable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

GROUP = "updates"


def announce(kind: str, ids: Iterable[int] = ()) -> None:
    """Tell every open page that `kind` (such as "miners-changed") happened, once the transaction has committed."""
    message: dict[str, object] = {"type": "announcement", "kind": kind, "ids": list(ids)}
    transaction.on_commit(lambda: _send(message), robust=True)


def _send(message: dict[str, object]) -> None:
    layer = get_channel_layer()
    assert layer is not None  # noqa: S101  settings name one
    async_to_sync(layer.group_send)(GROUP, message)
