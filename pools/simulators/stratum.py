"""A stratum pool on loopback: JSON lines over TCP, difficulty and work for whoever is authorised.

A user whose name begins with "bad" is refused. Faults: timeout, reset, garbage, html, truncated, endless, refuse.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import orjson

from miners.simulators import wire
from miners.simulators.endpoint import Endpoint
from miners.simulators.faults import BODY_FAULTS, GARBAGE, HTML, Fault, FaultKind

if TYPE_CHECKING:
    from miners.simulators.simulation import Simulation
    from miners.simulators.spec import ServiceSpec

DIFFICULTY = 1000
LONGEST_LINE = 65_536
VERSION_MASK = "1fffe000"
NOT_AUTHORISED = [24, "Unauthorized worker", None]
BAD_ADDRESS = [20, "Authorization validation error", ", notanaddress"]

Message = dict[str, Any]


class StratumPool(Endpoint):
    def __init__(self, spec: ServiceSpec, simulation: Simulation) -> None:
        super().__init__(
            name=spec.name,
            host=spec.host,
            port=spec.port,
            clock=simulation.clock,
            seed=str(simulation.fleet.seed),
            latency_ms=spec.latency_ms,
        )
        self.subscribed = 0
        self.authorised = 0
        self.shares = 0

    def protocol(self) -> asyncio.Protocol:
        return Session(self)

    def describe(self) -> dict[str, Any]:
        return super().describe() | {
            "subscribed": self.subscribed,
            "authorised": self.authorised,
            "shares": self.shares,
        }


class Session(asyncio.Protocol):
    """One connection: what a method answers, and what the pool sends unasked."""

    def __init__(self, pool: StratumPool) -> None:
        self._pool = pool
        self._buffer = b""
        self._user: str | None = None
        self._extranonce = secrets.token_hex(4)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._pool.enter(self._transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._pool.leave(self._transport)

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        if len(self._buffer) > LONGEST_LINE:
            self._transport.abort()
        for line in filter(None, lines):
            self._line(line)

    def _line(self, line: bytes) -> None:
        try:
            message = orjson.loads(line)
            method, parameters = message["method"], message.get("params") or []
        except (ValueError, KeyError, TypeError, AttributeError):
            self._transport.close()
            return
        fault = self._pool.take_fault()
        handler = _METHODS.get(method)
        replies = handler(self, parameters) if handler else [_error([20, f"Method {method} not found", None])]
        replies[0]["id"] = message.get("id")
        payload = b"".join(orjson.dumps(reply) + b"\n" for reply in replies)
        asyncio.get_running_loop().call_later(self._pool.delay_s(), self._send, payload, fault)

    def _send(self, payload: bytes, fault: Fault | None) -> None:
        if self._transport.is_closing():
            return
        if fault is not None and fault.kind is FaultKind.ENDLESS:
            wire.flood(self._transport)
        elif fault is not None and fault.kind in BODY_FAULTS:
            body = {FaultKind.GARBAGE: GARBAGE, FaultKind.HTML: HTML}.get(fault.kind, b"")
            wire.deliver(self._transport, body, None, close=True)
        else:
            wire.deliver(self._transport, payload, fault, close=False)

    def subscribe(self, _parameters: list[Any]) -> list[Message]:
        self._pool.counters.read()
        self._pool.subscribed += 1
        return [_result([[["mining.notify", self._extranonce]], self._extranonce, 8])]

    def configure(self, _parameters: list[Any]) -> list[Message]:
        return [_result({"version-rolling": True, "version-rolling.mask": VERSION_MASK})]

    def authorize(self, parameters: list[Any]) -> list[Message]:
        self._pool.counters.write(f"mining.authorize {parameters[:1]}")
        user = str(parameters[0]) if parameters else ""
        if not user or user.startswith("bad"):
            return [_error(BAD_ADDRESS)]
        self._user = user
        self._pool.authorised += 1
        return [_result(True), _set_difficulty(DIFFICULTY), _notify()]

    def suggest_difficulty(self, parameters: list[Any]) -> list[Message]:
        return [_result(True), _set_difficulty(parameters[0] if parameters else DIFFICULTY)]

    def submit(self, _parameters: list[Any]) -> list[Message]:
        if self._user is None:
            return [_error(NOT_AUTHORISED)]
        self._pool.shares += 1
        return [_result(True)]


_METHODS: Mapping[str, Callable[[Session, list[Any]], list[Message]]] = {
    "mining.subscribe": Session.subscribe,
    "mining.configure": Session.configure,
    "mining.authorize": Session.authorize,
    "mining.suggest_difficulty": Session.suggest_difficulty,
    "mining.submit": Session.submit,
}


def _result(result: Any) -> Message:
    return {"id": None, "error": None, "result": result}


def _error(error: list[Any]) -> Message:
    return {"id": None, "error": error, "result": None}


def _set_difficulty(difficulty: Any) -> Message:
    return {"id": None, "method": "mining.set_difficulty", "params": [difficulty]}


def _notify() -> Message:
    job = secrets.token_hex(4)
    parameters = [job, "00" * 32, "01000000", "ffffffff", [], "20000000", "1702905c", "69000000", True]
    return {"id": None, "method": "mining.notify", "params": parameters}
