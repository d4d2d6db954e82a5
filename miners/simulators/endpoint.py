"""One simulated thing on the network: its address, its faults, and what it has been asked."""

from __future__ import annotations

import asyncio
import random
import socket
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from miners.simulators.clock import Clock
from miners.simulators.faults import Fault, FaultKind

BACKLOG = 128
WRITES_KEPT = 100


class CannotListen(Exception):
    """An address is taken or does not exist here; the message names it and the way out."""


@dataclass(slots=True)
class Counters:
    """Requests since the simulation began; they outlive reboots of the device."""

    reads: int = 0
    writes: int = 0
    connections: int = 0
    open_connections: int = 0
    most_open_connections: int = 0
    last_writes: deque[str] = field(default_factory=lambda: deque(maxlen=WRITES_KEPT))

    def read(self) -> None:
        self.reads += 1

    def write(self, what: str) -> None:
        self.writes += 1
        self.last_writes.append(what)


class Endpoint:
    """Listens at `host:port` (port 0: a free one). Everything here runs in the simulation's event loop."""

    def __init__(
        self, *, name: str, host: str, port: int, clock: Clock, seed: str, latency_ms: tuple[float, float] = (0, 0)
    ) -> None:
        self.name = name
        self.host = host
        self.port = port
        self.clock = clock
        self.random = random.Random(f"{seed}:{name}")
        self.latency_ms = latency_ms
        self.fault: Fault | None = None
        self.counters = Counters()
        self._server: asyncio.Server | None = None
        self._opening: asyncio.Task[None] | None = None
        self._transports: set[asyncio.Transport] = set()

    def protocol(self) -> asyncio.Protocol:
        """A fresh protocol for one connection."""
        raise NotImplementedError

    async def open(self) -> None:
        """Listen; CannotListen when the address is taken."""
        if self._server is not None:
            return
        listener = self._bound()
        self.port = listener.getsockname()[1]
        self._server = await asyncio.get_running_loop().create_server(self.protocol, sock=listener, backlog=BACKLOG)
        self.stay_dark_if_asleep()

    def stay_dark_if_asleep(self) -> None:
        """Its power may have gone while it was opening."""
        if self.refuses or not self.awake:
            self.close()

    def close(self) -> None:
        """Stop listening and cut every connection: new ones are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in list(self._transports):
            transport.abort()

    @property
    def listening(self) -> bool:
        return self._server is not None

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def break_with(self, fault: Fault | None) -> None:
        """Fail as `fault` says from now on; None heals."""
        self.fault = fault
        if self.refuses:
            self.close()
        elif self.awake:
            self.reopen()

    @property
    def refuses(self) -> bool:
        return self.fault is not None and self.fault.kind is FaultKind.REFUSE

    def reopen(self) -> None:
        """Listen again, soon; `settled` waits for it."""
        if self._opening is None or self._opening.done():
            self._opening = asyncio.get_running_loop().create_task(self.open())

    async def settled(self) -> None:
        """Wait for a `reopen` under way, and raise what went wrong with it."""
        if self._opening is not None:
            await self._opening

    async def stop(self) -> None:
        """The simulation ends."""
        await self.settled()
        self.close()

    @property
    def awake(self) -> bool:
        """Whether it would listen if nothing were broken."""
        return True

    def take_fault(self) -> Fault | None:
        """The fault to apply to one request, counting it off."""
        fault = self.fault
        if fault is not None and fault.requests is not None:
            left = fault.requests - 1
            self.fault = None if left <= 0 else replace(fault, requests=left)
        return fault

    def delay_s(self) -> float:
        """How long this request takes, in real seconds."""
        low, high = self.latency_ms
        return self.random.uniform(low, high) / 1000 if high else 0.0

    def actions(self) -> dict[str, Callable[[Mapping[str, Any]], None]]:
        """What the control endpoint can do to it beyond faults."""
        return {}

    def describe(self) -> dict[str, Any]:
        """For the control endpoint."""
        counters = self.counters
        return {
            "name": self.name,
            "host": self.host,
            "port": self.port,
            "fault": self.fault.kind.value if self.fault else None,
            "reads": counters.reads,
            "writes": counters.writes,
            "last_writes": list(counters.last_writes),
            "connections": counters.connections,
            "most_open_connections": counters.most_open_connections,
        }

    def enter(self, transport: asyncio.Transport) -> None:
        counters = self.counters
        self._transports.add(transport)
        counters.connections += 1
        counters.open_connections += 1
        counters.most_open_connections = max(counters.most_open_connections, counters.open_connections)

    def leave(self, transport: asyncio.Transport) -> None:
        self._transports.discard(transport)
        self.counters.open_connections -= 1

    def _bound(self) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with says_which(self.name, self.host, self.port, listener):
            listener.bind((self.host, self.port))
            listener.setblocking(False)
        return listener


@contextmanager
def says_which(name: str, host: str, port: int, sock: socket.socket) -> Iterator[None]:
    """Turn a failing bind into a sentence, and do not leak the socket."""
    try:
        yield
    except OSError as error:
        sock.close()
        raise CannotListen(
            f"{name}: cannot listen on {host}:{port} ({error.strerror}); "
            "another simulation may be running: choose other addresses in the fleet file"
        ) from None
