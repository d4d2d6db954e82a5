"""The WebSocket `/ws/updates`: names and ids of what changed, at most one of a kind per second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings

from hmm_project.access import is_open
from hmm_project.live import GROUP
from hmm_project.origin import is_household_host, same_origin

WINDOW_S = 1.0
PATH = "/ws/updates"
FORBIDDEN = 4403

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Coalescer:
    """Sends the first announcement of a kind at once and what follows within the window as one, ids merged."""

    def __init__(self, send: Send, window_s: float = WINDOW_S) -> None:
        self.send = send
        self.window_s = window_s
        self.waiting: dict[str, set[int] | None] = {}  # by kind; None: nothing arrived in this window yet
        self.windows: set[asyncio.Task[None]] = set()

    async def add(self, kind: str, ids: Iterable[int]) -> None:
        if kind in self.waiting:
            self.waiting[kind] = _merged(self.waiting[kind], set(ids))
            return
        self.waiting[kind] = None
        task = asyncio.create_task(self._window(kind))
        self.windows.add(task)
        task.add_done_callback(self.windows.discard)
        await self.send({"type": kind, "ids": sorted(set(ids))})

    async def _window(self, kind: str) -> None:
        while True:
            await asyncio.sleep(self.window_s)
            ids = self.waiting[kind]
            if ids is None:
                del self.waiting[kind]
                return
            self.waiting[kind] = None
            await self.send({"type": kind, "ids": sorted(ids)})

    def stop(self) -> None:
        for task in self.windows:
            task.cancel()


def _merged(seen: set[int] | None, ids: set[int]) -> set[int]:
    """No ids at all means "any of them"."""
    if seen is None:
        return ids
    return seen | ids if seen and ids else set()


class UpdatesConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        self.coalescer = Coalescer(self.send_json)
        if not _may_listen(self.scope):
            await self.close(code=FORBIDDEN)
            return
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        self.coalescer.stop()
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """Nothing is asked over this socket."""

    async def announcement(self, event: dict[str, Any]) -> None:
        await self.coalescer.add(event["kind"], event["ids"])


def _may_listen(scope: Any) -> bool:
    if scope["path"] != PATH:
        return False
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host", "")
    if not same_origin(headers.get("origin", ""), host, settings.CSRF_TRUSTED_ORIGINS):
        return False
    if is_open():
        return is_household_host(host, settings.ALLOWED_HOSTS)
    return bool(scope["user"].is_authenticated)
