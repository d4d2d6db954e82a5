"""An announcement reaches the group that every open page is in, through the channel layer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connection, transaction

from hmm_project import live


def announce() -> None:
    live.announce("miners-changed", iter([3, 4]))
    connection.close()  # of the thread that runs this


@pytest.mark.django_db(transaction=True)
async def test_what_is_announced_is_received_by_the_group() -> None:
    layer: Any = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(live.GROUP, channel)
    await sync_to_async(announce)()
    received = await asyncio.wait_for(layer.receive(channel), 5)
    assert received == {"type": "announcement", "kind": "miners-changed", "ids": [3, 4]}
    await layer.group_discard(live.GROUP, channel)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    monkeypatch.setattr(live, "_send", sent.append)
    with transaction.atomic():
        live.announce("miners-changed", [3])
        transaction.set_rollback(True)
    assert sent == []
    live.announce("miners-changed", [3])
    assert len(sent) == 1
