"""A driver at a simulated device: read, command, read back, and look at the device itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from miners.adapters.link import Link, open_link
from miners.adapters.registry import open_adapter
from miners.contract import Adapter, DeviceError, Reading, Target
from miners.simulators import fleet
from miners.simulators.device import Device
from miners.simulators.simulation import Simulation

SPEED = 50  # simulated seconds a second: a reboot takes a fraction of one
PATIENCE_S = 20
TIMEOUT_S = 2  # a booting device may leave a request unanswered

Generation = tuple[str, str, str]  # kind, model, firmware


class Bench:
    """One simulated device and the driver that a fresh operation on it would get."""

    def __init__(self, device: Device, link: Link) -> None:
        self.device = device
        self._link = link
        self._target = Target(
            kind=device.spec.kind, host=device.host, port=device.port, web_user="root", web_password="root"
        )

    def adapter(self, **changes: Any) -> Adapter:
        return open_adapter(replace(self._target, **changes), self._link)

    async def learn(self) -> Reading:
        """The first reading, whose identity and options are kept."""
        reading = await self.adapter().read()
        self._target = replace(self._target, mac=reading.mac, options=reading.options)
        return reading

    async def obey(self, command: Callable[[Any], Awaitable[None]]) -> None:
        """Send `command` until the device takes it: an Avalon that calibrates says "not now"."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    return await command(self.adapter())
                except DeviceError as error:
                    if not error.retry:
                        raise
                    await asyncio.sleep(0.02)

    async def truly(self, holds: Callable[[Mapping[str, Any]], bool]) -> None:
        """Wait until it holds of the device itself, whatever it says."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds(self.device.truth()):
                await asyncio.sleep(0.02)

    async def until(self, holds: Callable[[Reading], bool]) -> Reading:
        """The first reading for which `holds`: a device may boot meanwhile."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    reading = await self.adapter().read()
                except DeviceError:
                    await asyncio.sleep(0.02)
                    continue
                if holds(reading):
                    return reading
                await asyncio.sleep(0.02)


@asynccontextmanager
async def bench(generation: Generation, *, speed: float = SPEED, **more: Any) -> AsyncIterator[Bench]:
    kind, model, firmware = generation
    miner = {"kind": kind, "model": model, "firmware": firmware, "name": "one", "host": "127.0.0.1", "port": 0, **more}
    async with (
        Simulation(fleet.parse({"speed": speed, "miners": [miner]})) as simulation,
        open_link(timeout_s=TIMEOUT_S) as link,
    ):
        yield Bench(simulation.device("one"), link)
