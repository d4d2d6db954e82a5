"""Runs a fleet: every device and service of it, in one event loop.

In an event loop:            async with Simulation(fleet) as simulation: simulation.device("gamma") …
From synchronous code:       with running(fleet) as simulation: simulation.do(simulation.device("gamma").reboot)
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from miners.contract import PoolEndpoint
from miners.simulators.clock import Clock
from miners.simulators.control import Control
from miners.simulators.device import Device
from miners.simulators.endpoint import Endpoint
from miners.simulators.families import build
from miners.simulators.home_assistant import HomeAssistant
from miners.simulators.mqtt import Broker
from miners.simulators.spec import Fleet, ServiceSpec

Result = TypeVar("Result")
Named = TypeVar("Named", bound=Endpoint)
Builder = Callable[[ServiceSpec, "Simulation"], Endpoint]

SERVICES: Mapping[str, Builder] = {"home_assistant": HomeAssistant, "mqtt": Broker}
PAYOUT = "bc1qsimulated"
START_TIMEOUT_S = 60


class Simulation:
    """`builders` adds services that other apps know, by their kind in the fleet."""

    def __init__(self, fleet: Fleet, builders: Mapping[str, Builder] | None = None) -> None:
        self.fleet = fleet
        self.clock = Clock(fleet.speed)
        self.devices: list[Device] = []
        self.services: list[Endpoint] = []
        self.control = Control(self, fleet.control_host, fleet.control_port)
        self._builders = {**SERVICES, **(builders or {})}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Simulation:
        self._loop = asyncio.get_running_loop()
        try:
            self.services = [self._service(spec) for spec in self.fleet.services]
            await self._open(self.services)
            self.devices = [build(spec, self._pools(spec.name), self.fleet, self.clock) for spec in self.fleet.miners]
            for device in self.devices:
                device.warm_up()
            await self._open(self.devices)
            await self.control.open()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for endpoint in (self.control, *self.devices, *self.services):
            await endpoint.stop()

    def device(self, name: str) -> Device:
        return _named(self.devices, name)

    def service(self, name: str) -> Endpoint:
        return _named(self.services, name)

    def fed_by(self, switch: str) -> list[Device]:
        """The devices behind a plug."""
        return [device for device in self.devices if device.spec.switch == switch]

    def swap(self, first: Device, second: Device) -> list[str]:
        """The two exchange their addresses."""
        first.close()
        second.close()
        first.host, first.port, second.host, second.port = second.host, second.port, first.host, first.port
        for device in (first, second):
            if device.awake and not device.refuses:
                device.reopen()
        return [first.name, second.name]

    def do(self, call: Callable[..., Result], *arguments: Any, **named: Any) -> Result:
        """Call something of this simulation from another thread, and wait for its result."""
        assert self._loop is not None  # noqa: S101  only within `running`

        async def within() -> Result:
            return call(*arguments, **named)

        return asyncio.run_coroutine_threadsafe(within(), self._loop).result(START_TIMEOUT_S)

    def _service(self, spec: ServiceSpec) -> Endpoint:
        if spec.kind not in self._builders:
            known = ", ".join(self._builders)
            raise ValueError(f"service {spec.name}: kind {spec.kind!r} is not one of {known}")
        return self._builders[spec.kind](spec, self)

    def _pools(self, worker: str) -> tuple[PoolEndpoint, ...]:
        return tuple(
            PoolEndpoint(host=service.host, port=service.port, user=f"{PAYOUT}.{worker}")
            for service, spec in zip(self.services, self.fleet.services, strict=True)
            if spec.kind == "pool"
        )

    async def _open(self, endpoints: Sequence[Endpoint]) -> None:
        for endpoint in endpoints:
            await endpoint.open()


@contextmanager
def running(fleet: Fleet, builders: Mapping[str, Builder] | None = None) -> Iterator[Simulation]:
    """The simulation in a thread of its own; read its devices freely, change them through `do`."""
    simulation = Simulation(fleet, builders)
    ready = threading.Event()
    failure: list[BaseException] = []
    over = asyncio.Event()

    async def run() -> None:
        try:
            async with simulation:
                ready.set()
                await over.wait()
        except BaseException as error:  # noqa: BLE001  handed to the caller's thread
            failure.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=asyncio.run, args=[run()], name="simulation", daemon=True)
    thread.start()
    ready.wait(START_TIMEOUT_S)
    if not failure:
        try:
            yield simulation
        finally:
            simulation.do(over.set)
            thread.join(START_TIMEOUT_S)
    if failure:
        raise failure[0]


def _named(among: Sequence[Named], name: str) -> Named:
    for endpoint in among:
        if endpoint.name == name:
            return endpoint
    raise KeyError(f"no {name!r} in this simulation")
