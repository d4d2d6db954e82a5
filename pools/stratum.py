"""A polite probe of a stratum pool: look up, connect, subscribe, leave. Without authorizing, pools keep no record."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from contextlib import suppress
from time import perf_counter
from typing import Any

from hmm_project.version import VERSION
from pools.contract import Address, Probe, ProbeFailed

TIMEOUT_S = 5.0
LONGEST_LINE_BYTES = 16 * 1024
MOST_LINES = 20  # notifications that may come before the answer
SUBSCRIBE_ID = 1


async def probe(address: Address, *, timeout_s: float = TIMEOUT_S) -> Probe:
    """Subscribe at `address` and say how long it took. Raises ProbeFailed."""
    try:
        async with asyncio.timeout(timeout_s):
            return await _probe(address)
    except TimeoutError:
        raise ProbeFailed(f"{address} did not answer in {timeout_s:g} s.") from None
    except ssl.SSLError as error:
        raise ProbeFailed(f"{address} does not speak TLS: {error.reason or 'handshake failed'}.") from None
    except OSError as error:
        raise ProbeFailed(f"{address} cannot be reached: {error.strerror or error}.") from None


async def _probe(address: Address) -> Probe:
    started = perf_counter()
    ip = await _look_up(address)
    found = perf_counter()
    reader, writer = await asyncio.open_connection(ip, address.port, limit=LONGEST_LINE_BYTES)
    connected = perf_counter()
    try:
        if address.tls:
            await writer.start_tls(_unverified(), server_hostname=address.host)
        ready = perf_counter()
        await _subscribe(reader, writer, address)
        answered = perf_counter()
    finally:
        writer.transport.abort()  # a pool that does not close must not keep us
    return Probe(
        dns_ms=_ms(found - started),
        tcp_ms=_ms(connected - found),
        tls_ms=_ms(ready - connected) if address.tls else None,
        subscribe_ms=_ms(answered - ready),
    )


async def _look_up(address: Address) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise ProbeFailed(f"The name {address.host} leads to no address.") from None
    return str(found[0][4][0])


def _unverified() -> ssl.SSLContext:
    """Many pools sign their certificates themselves, and a subscription holds no secret."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def _subscribe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address) -> None:
    request = {"id": SUBSCRIBE_ID, "method": "mining.subscribe", "params": [f"hmm-probe/{VERSION}"]}
    writer.write(json.dumps(request).encode() + b"\n")
    await writer.drain()
    for _ in range(MOST_LINES):
        answer = _decode(await _line(reader, address), address)
        if answer.get("id") == SUBSCRIBE_ID and "method" not in answer:
            return _check(answer, address)
    raise ProbeFailed(f"{address} talks without answering mining.subscribe.")


async def _line(reader: asyncio.StreamReader, address: Address) -> bytes:
    with suppress(ValueError):  # a line longer than the reader's limit
        line = await reader.readline()
        if not line:
            raise ProbeFailed(f"{address} closed the connection without an answer.")
        return line
    raise ProbeFailed(f"{address} sent a line of more than {LONGEST_LINE_BYTES // 1024} KiB.")


def _decode(line: bytes, address: Address) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise ProbeFailed(f"{address} does not speak stratum.")
    return answer


def _check(answer: dict[str, Any], address: Address) -> None:
    if answer.get("error"):
        raise ProbeFailed(f"{address} refused mining.subscribe: {str(answer['error'])[:200]}.")
    if not isinstance(answer.get("result"), list):
        raise ProbeFailed(f"{address} answered mining.subscribe with nothing to mine on.")


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
