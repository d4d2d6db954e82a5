"""A WebSocket client that speaks ASGI to the application."""

from __future__ import annotations

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator

from hmm_project.asgi import application


class Ear(ApplicationCommunicator):
    def __init__(self, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []}
        super().__init__(application, scope)

    async def connect(self) -> bool:
        """Whether the server accepts."""
        await self.send_input({"type": "websocket.connect"})
        return bool((await self.receive_output(5))["type"] == "websocket.accept")

    async def says(self, text: str | None = None, content: bytes | None = None) -> None:
        await self.send_input({"type": "websocket.receive", "text": text, "bytes": content})

    async def hears(self) -> Any:
        return json.loads((await self.receive_output(5))["text"])

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(5)
