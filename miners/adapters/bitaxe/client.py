"""Bitaxe and every other AxeOS board (ESP-Miner 2.0 to 2.15): HTTP on port 80, no login."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.adapters import axeos_common, http, parse
from miners.adapters.axeos_device import AxeosDevice
from miners.adapters.bitaxe import heat, pools
from miners.adapters.bitaxe.info import options_of, parse_info
from miners.adapters.lenient import Info
from miners.contract import Kind, Options, PoolEndpoint, Reading

LIVE_SINCE = (2, 2)  # before, a setting takes effect at a restart; forks of 2.3 and later number as they like


class Bitaxe(AxeosDevice):
    kind = Kind.BITAXE
    came_with_options = "temptarget"

    def parse(self, info: Mapping[str, Any], options: Options) -> Reading:
        return parse_info(info, options)

    def options_of(self, info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Options:
        return options_of(info, asic)

    async def write(self, info: Mapping[str, Any], values: Mapping[str, object]) -> None:
        """After an overheat the latch is released with the new setting, once the board is cool."""
        if "frequency" in values and heat.overheated(info):
            values = {**values, **heat.release(info)}
        await super().write(info, values)

    async def apply(self, info: Info, frequency_mhz: float, core_voltage_mv: float) -> None:
        await super().apply(info, frequency_mhz, core_voltage_mv)
        if "isUsingFallbackStratum" not in info and parse.version(info.get("version")) < LIVE_SINCE:
            await self._post("restart")

    async def set_pool(self, pool: PoolEndpoint) -> None:
        """Writes the primary pool by the way its firmware knows, then restarts: no version changes pools live."""
        info = await self.before_write()
        await self.write(info, pools.change(info, pool))
        await self._post("restart")

    async def pause(self) -> None:
        await self.before_write()
        await self._post("pause")

    async def resume(self) -> None:
        await self.before_write()
        await self._post("resume")

    async def identify(self) -> None:
        await self.before_write()
        await self._post("identify")

    async def _post(self, name: str) -> None:
        await http.post(self.link, self.target, f"{axeos_common.SYSTEM}/{name}")
