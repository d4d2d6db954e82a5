"""Bitaxe and every other AxeOS board (ESP-Miner 2.0 to 2.15): HTTP on port 80, no login."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.adapters import axeos_common, http, parse
from miners.adapters.axeos_device import AxeosDevice
from miners.adapters.bitaxe import pools
from miners.adapters.bitaxe.info import options_of, overheated, parse_info
from miners.adapters.lenient import Info
from miners.contract import Kind, Options, PoolEndpoint, Reading, Refused

COOL_ENOUGH_C = 60  # after an overheat, before a setting is written again


class Bitaxe(AxeosDevice):
    kind = Kind.BITAXE

    def parse(self, info: Mapping[str, Any], options: Options) -> Reading:
        return parse_info(info, options)

    def options_of(self, info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Options:
        return options_of(info, asic)

    async def write(self, info: Mapping[str, Any], values: Mapping[str, object]) -> None:
        """After an overheat the latch is released with the new setting, once the board is cool."""
        if "frequency" in values and overheated(info):
            temperature = parse.temperature_c(info.get("temp"))
            if temperature is not None and temperature > COOL_ENOUGH_C:
                raise Refused(f"It overheated and still has {temperature:g} °C; it must cool down first.", retry=True)
            values = {**values, "overheat_mode": 0}
        await super().write(info, values)

    async def apply(self, info: Info, frequency_mhz: float, core_voltage_mv: float) -> None:
        await super().apply(info, frequency_mhz, core_voltage_mv)
        if "isUsingFallbackStratum" not in info:  # before 2.3; before 2.2 settings took effect at a restart
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
