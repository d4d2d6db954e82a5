"""Puts an answer on the wire, whole or broken as the fault says."""

from __future__ import annotations

import asyncio
import socket
import struct

from miners.simulators.faults import Fault, FaultKind

FLOOD_CHUNK = b" " * 65_536
FLOOD_BUFFER = 1 << 20
FLUSH_S = 0.02


def deliver(transport: asyncio.Transport, payload: bytes, fault: Fault | None, *, close: bool) -> None:
    """Send `payload`; `close` ends the connection after a whole answer."""
    kind = fault.kind if fault else None
    if transport.is_closing() or kind is FaultKind.TIMEOUT:
        return
    if kind is FaultKind.RESET:
        transport.write(payload[: len(payload) // 2])
        asyncio.get_running_loop().call_later(FLUSH_S, reset, transport)
    elif kind is FaultKind.TRUNCATED:
        transport.write(payload[: len(payload) // 2])
        transport.close()
    elif kind is FaultKind.DRIP and fault:
        _drip(transport, payload, fault.interval_s)
    else:
        transport.write(payload)
        if close:
            transport.close()


def reset(transport: asyncio.Transport) -> None:
    """End the connection with RST, as a device that loses power mid-answer."""
    sock = transport.get_extra_info("socket")
    if sock is not None and not transport.is_closing():
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def flood(transport: asyncio.Transport) -> None:
    """Write blanks until the client goes away, never more than it takes."""
    if transport.is_closing():
        return
    if transport.get_write_buffer_size() < FLOOD_BUFFER:
        transport.write(FLOOD_CHUNK)
    asyncio.get_running_loop().call_later(0.001, flood, transport)


def _drip(transport: asyncio.Transport, rest: bytes, interval_s: float) -> None:
    if transport.is_closing():
        return
    transport.write(rest[:1])
    if len(rest) == 1:
        transport.close()
    else:
        asyncio.get_running_loop().call_later(interval_s, _drip, transport, rest[1:], interval_s)
