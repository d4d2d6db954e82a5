"""A device on a real socket that answers with exactly these bytes, well or badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"

Writer = asyncio.StreamWriter
Script = Callable[[bytes, Writer], Awaitable[None]]


@dataclass
class Device:
    """Where it listens, and what it was asked, as (first line, JSON body)."""

    port: int = 0
    requests: list[tuple[str, Any]] = field(default_factory=list)
    connections: int = 0
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def lines(self) -> list[str]:
        return [line for line, _ in self.requests]


@asynccontextmanager
async def listening(script: Script, *, hold: bool = False, host: str = HOST) -> AsyncIterator[Device]:
    """A device for the block; `script` gets the request and writes what it likes. `hold`: it waits for us to go."""
    device = Device()
    serving: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task
        serving.add(task)
        device.connections += 1
        with suppress(ConnectionError, asyncio.CancelledError):
            request = await _request(reader)
            device.requests.append(_told(request))
            await script(request, writer)
            if hold:
                await reader.read()
                device.hung_up.set()
        writer.close()

    server = await asyncio.start_server(connected, host, 0)
    device.port = server.sockets[0].getsockname()[1]
    try:
        yield device
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving)


async def _request(reader: asyncio.StreamReader) -> bytes:
    """One HTTP request with its body, or one line of JSON, which has no end of its own. Some only knock."""
    received = await reader.read(4096)
    if received.startswith(b"{"):
        return received
    while b"\r\n\r\n" not in received:
        more = await reader.read(4096)
        if not more:
            raise ConnectionResetError
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += await reader.read(4096)
    return head + b"\r\n\r\n" + body


def _told(request: bytes) -> tuple[str, Any]:
    if request.startswith(b"{"):
        asked = json.loads(request)
        return asked["command"], asked.get("parameter")
    head, _, body = request.partition(b"\r\n\r\n")
    method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
    return f"{method} {path}", json.loads(body) if body else None


def response(body: bytes, *, status: str = "200 OK", length: int | None = None, headers: str = "") -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{headers}\r\n".encode() + body


def saying(answer: bytes) -> Script:
    """Always these bytes."""

    async def script(request: bytes, writer: Writer) -> None:
        writer.write(answer)

    return script


def serving(pages: Mapping[str, object]) -> Script:
    """A web server that knows these "GET /path": JSON or bytes. What it does not know redirects, as old ones do."""

    async def script(request: bytes, writer: Writer) -> None:
        line, _ = _told(request)
        page = pages.get(line)
        if page is None:
            writer.write(response(b"Redirect", status="302 Found", headers="Location: /\r\n"))
        elif isinstance(page, bytes):
            writer.write(page)
        else:
            writer.write(response(json.dumps(page).encode()))

    return script


OK = response(b"")
