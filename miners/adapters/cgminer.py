"""One command to a cgminer API: connect, write JSON, read to the NUL or the end. Never two connections at a time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import cast

import orjson

from miners.adapters.lenient import Info, parse_object
from miners.adapters.link import Link, reason
from miners.contract import DeviceError, Garbled, Target, Unreachable


class _Dropped(Unreachable):
    """The device closed the connection without a word, as it does when it reboots at once."""


async def command(link: Link, target: Target, name: str, parameter: str | None = None) -> Info:
    """The reply to `name`; read commands may be joined with "+", then the reply has one key a command."""
    request = {"command": name} if parameter is None else {"command": name, "parameter": parameter}
    reply = await _exchange(link, target, orjson.dumps(request), name)
    return parse_object(reply, name)


async def farewell(link: Link, target: Target, name: str, parameter: str) -> Info | None:
    """Like `command`, for one that may cost the connection: None when the device hung up instead of answering."""
    with suppress(_Dropped):
        return await command(link, target, name, parameter)
    return None


async def _exchange(link: Link, target: Target, request: bytes, name: str) -> bytes:
    loop = asyncio.get_running_loop()
    reply: asyncio.Future[bytes] = loop.create_future()
    transport: asyncio.Transport | None = None
    try:
        async with asyncio.timeout(link.timeout_s):
            transport, _ = await loop.create_connection(
                lambda: _Reply(request, reply, link.body_cap, name), target.host, target.port
            )
            return await reply
    except TimeoutError:
        raise Unreachable(f"{name}: no whole answer within {link.timeout_s:g} s.") from None
    except OSError as error:
        raise Unreachable(f"{name}: no connection ({reason(error)}).") from None
    finally:
        if transport is not None:
            transport.abort()  # its server is single-threaded: a connection left open blocks it for 10 s


class _Reply(asyncio.Protocol):
    """Collects one reply into a future."""

    def __init__(self, request: bytes, reply: asyncio.Future[bytes], cap: int, name: str) -> None:
        self._request, self._reply, self._cap, self._name = request, reply, cap, name
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.WriteTransport, transport).write(self._request)  # uvloop's own class is no asyncio.Transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\0", -len(data)) if b"\0" in data else -1
        size = len(self._received) if end < 0 else end
        if size > self._cap:
            self._finish(Garbled(f"{self._name}: the answer is longer than {self._cap // 1024} KiB."))
        elif end >= 0:
            self._finish(bytes(self._received[:end]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._received and exc is None:
            self._finish(bytes(self._received))
        elif self._received:
            self._finish(Unreachable(f"{self._name}: the connection broke off."))
        else:
            self._finish(_Dropped(f"{self._name}: the connection was closed without an answer."))

    def _finish(self, outcome: bytes | DeviceError) -> None:
        if self._reply.done():
            return
        if isinstance(outcome, bytes):
            self._reply.set_result(outcome)
        else:
            self._reply.set_exception(outcome)
