"""The cgminer API's transport: one command a connection, one connection at a time, a NUL at the end, then close."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import cast

from miners.simulators import wire
from miners.simulators.endpoint import Endpoint
from miners.simulators.faults import BODY_FAULTS, GARBAGE, HTML, Fault, FaultKind

RECEIVE_TIMEOUT_S = 10.0
NUL = b"\0"


class CgminerEndpoint(Endpoint):
    """Serves connections in order; a silent one blocks the others for `receive_timeout_s`."""

    receive_timeout_s = RECEIVE_TIMEOUT_S

    def serve(self) -> None:
        """Forget the connections of before; called when the listener opens."""
        self._current: Connection | None = None
        self._waiting: deque[Connection] = deque()

    def protocol(self) -> asyncio.Protocol:
        return Connection(self)

    def answer(self, command: bytes) -> bytes:
        """The reply to one command, without the NUL."""
        raise NotImplementedError

    async def open(self) -> None:
        if not self.listening:
            self.serve()
        await super().open()

    def queue(self, connection: Connection) -> None:
        self._waiting.append(connection)
        self._serve_next()

    def done(self, connection: Connection) -> None:
        if connection is self._current:
            self._current = None
            self._serve_next()
        elif connection in self._waiting:
            self._waiting.remove(connection)

    def _serve_next(self) -> None:
        if self._current is None and self._waiting:
            self._current = self._waiting.popleft()
            self._current.begin()


class Connection(asyncio.Protocol):
    __slots__ = ("_endpoint", "_timer", "_transport")

    def __init__(self, endpoint: CgminerEndpoint) -> None:
        self._endpoint = endpoint
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.pause_reading()
        self._endpoint.enter(self._transport)
        self._endpoint.queue(self)

    def begin(self) -> None:
        """Its turn: the command must come within the receive time-out."""
        self._transport.resume_reading()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._endpoint.receive_timeout_s, self._transport.close)

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._endpoint.leave(self._transport)
        self._endpoint.done(self)

    def data_received(self, data: bytes) -> None:
        """The firmware reads once: what comes in one piece is the command."""
        self._transport.pause_reading()
        if self._timer is not None:
            self._timer.cancel()
        fault = self._endpoint.take_fault()
        reply = broken(fault) if fault is not None and fault.kind in BODY_FAULTS else self._endpoint.answer(data) + NUL
        delay = self._endpoint.delay_s()
        asyncio.get_running_loop().call_later(delay, self._send, reply, fault)

    def _send(self, reply: bytes, fault: Fault | None) -> None:
        if self._transport.is_closing():
            return
        self._transport.resume_reading()  # so that a client that leaves is noticed
        if fault is not None and fault.kind is FaultKind.ENDLESS:
            self._transport.write(b'{"STATUS":[')
            wire.flood(self._transport)
            return
        wire.deliver(self._transport, reply, fault, close=True)


def broken(fault: Fault) -> bytes:
    return {FaultKind.GARBAGE: GARBAGE, FaultKind.HTML: HTML}.get(fault.kind, b"")
