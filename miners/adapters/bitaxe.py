"""Bitaxe and every other AxeOS board (ESP-Miner 2.0 to 2.15): HTTP on port 80, no login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from miners.adapters import axeos_common, bitaxe_pools, catalogue, fingerprint, http, parse
from miners.adapters.axeos_device import AxeosDevice
from miners.adapters.catalogue import Board
from miners.adapters.http import Info
from miners.contract import Capability, Kind, Options, PoolEndpoint, Reading, Refused, State

COOL_ENOUGH_C = 60  # after an overheat, before a setting is written again


def parse_info(info: Mapping[str, Any], options: Options) -> Reading:
    """A reading from GET /api/system/info of any version. Garbled when `info` is another family's."""
    fingerprint.require(info, Kind.BITAXE)
    paused = parse.flag(info.get("miningPaused"))
    url, user = axeos_common.pool(info, fallback=parse.flag(info.get("isUsingFallbackStratum")))
    return replace(
        axeos_common.reading(info, options, _board(info, None)),
        # Mining means "it wants to": after boot, without a pool or while it cools the hashrate says how much.
        state=State.PAUSED if paused else State.MINING,
        hashrate_ghs=axeos_common.hashrate_ghs(info, steady=not paused),
        pool_url=url,
        pool_user=user,
        overheated=_overheated(info),
        fault=parse.text(parse.first(info, "hardware_fault", "power_fault"), 200),
        capabilities=_capabilities(info),
    )


def options_of(info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Options:
    """What this board supports; `asic` is GET /api/system/asic, None before AxeOS 2.7."""
    known = _known(info)
    name = parse.text((asic or {}).get("deviceModel"), 60) or (known.name if known else info.get("ASICModel"))
    parts = ("Bitaxe", parse.text(name, 60), parse.text(info.get("boardVersion"), 12))
    return axeos_common.options(info, asic, _board(info, asic), " ".join(part for part in parts if part))


def _board(info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Board | None:
    return _known(info) or axeos_common.stranger(info, asic, catalogue.STRANGERS)


def _known(info: Mapping[str, Any]) -> Board | None:
    """The catalogue's board with this number, unless another ASIC sits on it: forks reuse numbers."""
    board = catalogue.by_start(catalogue.BITAXE, parse.text(info.get("boardVersion"), 12) or "")
    return board if board and info.get("ASICModel") in (None, board.asic) else None


def _overheated(info: Mapping[str, Any]) -> bool:
    """The latch of AxeOS before 2.11; later firmware cools, resumes and forgets."""
    return parse.flag(parse.first(info, "overheat_mode", "overheat"))


def _capabilities(info: Mapping[str, Any]) -> frozenset[Capability]:
    """By the keys that came with the feature: forks number their versions as they like."""
    found = {Capability.MODE, Capability.TUNE, Capability.POOL, Capability.RESTART}
    if "hashRate_1m" in info:  # 2.12
        found.add(Capability.IDENTIFY)
    if "miningPaused" in info:  # 2.14
        found.add(Capability.PAUSE)
    return frozenset(found)


class Bitaxe(AxeosDevice):
    kind = Kind.BITAXE

    def parse(self, info: Mapping[str, Any], options: Options) -> Reading:
        return parse_info(info, options)

    def options_of(self, info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Options:
        return options_of(info, asic)

    def tuning(self, info: Mapping[str, Any], frequency_mhz: float, core_voltage_mv: float) -> dict[str, object]:
        """Before 2.13 both are whole numbers. After an overheat the latch is released, once the board is cool."""
        values: dict[str, object] = {"frequency": _whole(frequency_mhz), "coreVoltage": _whole(core_voltage_mv)}
        if not _overheated(info):
            return values
        temperature = parse.temperature_c(info.get("temp"))
        if temperature is not None and temperature > COOL_ENOUGH_C:
            raise Refused(f"It overheated and still has {temperature:g} °C; it must cool down first.", retry=True)
        return values | {"overheat_mode": 0}

    async def apply(self, info: Info, frequency_mhz: float, core_voltage_mv: float) -> None:
        await super().apply(info, frequency_mhz, core_voltage_mv)
        if "isUsingFallbackStratum" not in info:  # before 2.3; before 2.2 settings took effect at a restart
            await http.post(self.link, self.target, axeos_common.RESTART)

    async def set_pool(self, pool: PoolEndpoint) -> None:
        """Writes the primary pool by the way its firmware knows, then restarts: no version changes pools live."""
        info = await self.before_write()
        await http.patch(self.link, self.target, axeos_common.SYSTEM, bitaxe_pools.change(info, pool))
        await http.post(self.link, self.target, axeos_common.RESTART)

    async def pause(self) -> None:
        await self._command("pause")

    async def resume(self) -> None:
        await self._command("resume")

    async def identify(self) -> None:
        await self._command("identify")

    async def _command(self, name: str) -> None:
        await self.before_write()
        await http.post(self.link, self.target, f"{axeos_common.SYSTEM}/{name}")


def _whole(value: float) -> int | float:
    return int(value) if value == int(value) else value
