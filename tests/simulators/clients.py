"""Raw clients: what the simulators say is checked on the bytes, not through our own adapters."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson

from miners.simulators.endpoint import Endpoint
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation
from miners.simulators.spec import Fleet

DEADLINE_S = 10.0
FAST = 60.0  # simulated seconds in a real one, for tests that wait for boots and ramps
BRISK = 20.0  # where something must be seen before it has passed


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


def fleet(*miners: dict[str, Any], speed: float = 1, **top: Any) -> Fleet:
    """Miners on free ports of addresses of their own."""
    return parse({"seed": 3, "speed": speed, "miners": [{"port": 0, **miner} for miner in miners], **top})


def one(kind: str, speed: float = 1, **values: Any) -> Simulation:
    """A simulation of a single miner named `it`."""
    return Simulation(fleet({"kind": kind, "name": "it", **values}, speed=speed))


async def exchange(endpoint: Endpoint, sent: bytes) -> bytes:
    """Send, then read to the end."""
    async with asyncio.timeout(DEADLINE_S):
        reader, writer = await asyncio.open_connection(endpoint.host, endpoint.port)
        try:
            writer.write(sent)
            return await reader.read()
        finally:
            writer.close()


async def http(
    endpoint: Endpoint, path: str, method: str = "GET", body: Any = None, headers: dict[str, str] | None = None
) -> Answer:
    """One HTTP request on a connection of its own; `body` bytes as they are, everything else as JSON."""
    payload = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
    lines = {"Host": endpoint.host, "Connection": "close", "Content-Length": str(len(payload)), **(headers or {})}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return parsed(await exchange(endpoint, head.encode() + b"\r\n" + payload))


def parsed(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = dechunked(body)
    return Answer(int(status.split()[1]), headers, body)


def dechunked(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        whole, body = whole + body[: int(size, 16)], body[int(size, 16) + 2 :]
    return whole


async def cgminer(endpoint: Endpoint, command: str, parameter: str | None = None) -> Any:
    """One command in JSON; the reply without its NUL, parsed as leniently as it must be."""
    request = {"command": command} if parameter is None else {"command": command, "parameter": parameter}
    raw = await exchange(endpoint, orjson.dumps(request))
    assert raw.endswith(b"\0")
    return orjson.loads(raw[:-1].replace(b"\n", b" "))


async def status_of(endpoint: Endpoint, command: str, parameter: str | None = None) -> tuple[str, int, str]:
    line = (await cgminer(endpoint, command, parameter))["STATUS"][0]
    return line["STATUS"], line["Code"], line["Msg"]


async def until(true: Any, seconds: float = DEADLINE_S) -> None:
    """Wait until `true()` is; fails when it does not become so."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


async def refused(endpoint: Endpoint) -> bool:
    try:
        _, writer = await asyncio.open_connection(endpoint.host, endpoint.port)
    except ConnectionRefusedError:
        return True
    writer.close()
    return False
