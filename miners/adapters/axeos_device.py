"""The client AxeOS and NerdQAxe share: one GET a poll, the board's options kept per firmware, writes after a look."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from miners.adapters import axeos_common, fingerprint, http, identity, parse
from miners.adapters.lenient import Info
from miners.adapters.link import Link
from miners.contract import Garbled, Kind, Options, Reading, Refused, Target, Unreachable


class AxeosDevice(ABC):
    """Made for one operation on one device; what `read` saw is what the writes after it go by."""

    kind: ClassVar[Kind]
    came_with_options: ClassVar[str]  # a key that is as old as GET /api/system/asic

    def __init__(self, target: Target, link: Link) -> None:
        self.target = target
        self.link = link
        self._seen: Info | None = None

    @abstractmethod
    def parse(self, info: Mapping[str, Any], options: Options) -> Reading: ...

    @abstractmethod
    def options_of(self, info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Options: ...

    async def read(self) -> Reading:
        info = await self._look()
        kept = self._kept_options(info)
        if kept is not None:
            return self.parse(info, kept)
        try:
            return self.parse(info, await self._ask_options(info))
        except Unreachable:  # one web server with few sockets: the reading stands, the options are asked for again
            return replace(self.parse(info, self.target.options or self.options_of(info, None)), options=None)

    async def restart(self) -> None:
        await self.before_write()
        await http.post(self.link, self.target, axeos_common.RESTART)

    async def set_mode(self, mode: str) -> None:
        info = await self.before_write()
        options = await self._options(info)
        preset = options.modes.get(mode)
        if preset is None or preset.frequency_mhz is None or preset.core_voltage_mv is None:
            raise Refused(f"It has no mode {mode!r}; it has: {', '.join(options.modes) or 'none'}.")
        await self.apply(info, preset.frequency_mhz, preset.core_voltage_mv)

    async def tune(self, frequency_mhz: float, core_voltage_mv: float) -> None:
        info = await self.before_write()
        options = await self._options(info)
        frequency = axeos_common.within(frequency_mhz, options.frequencies_mhz, "MHz")
        voltage = axeos_common.within(core_voltage_mv, options.core_voltages_mv, "mV")
        await self.apply(info, frequency, voltage)

    async def apply(self, info: Info, frequency_mhz: float, core_voltage_mv: float) -> None:
        """Both in one request, because a frequency without its voltage makes hash errors; as whole numbers, because
        AxeOS before 2.13 and every NerdQAxe take no others."""
        await self.write(info, {"frequency": round(frequency_mhz), "coreVoltage": round(core_voltage_mv)})

    async def write(self, info: Mapping[str, Any], values: Mapping[str, object]) -> None:  # noqa: ARG002  for families
        await http.patch(self.link, self.target, axeos_common.SYSTEM, values)

    async def before_write(self) -> Info:
        """The info of this very device: an address may belong to another one since yesterday."""
        info = self._seen or await self._look()
        identity.require(self.target, parse.mac(info.get("macAddr")))
        return info

    async def _look(self) -> Info:
        info = await http.get_json(self.link, self.target, axeos_common.INFO)
        if info is None:
            raise Garbled(f"Not a {self.kind}: it does not know GET {axeos_common.INFO}.")
        fingerprint.require(info, self.kind)
        self._seen = info
        return info

    async def _options(self, info: Info) -> Options:
        return self._kept_options(info) or await self._ask_options(info)

    def _kept_options(self, info: Info) -> Options | None:
        """What is known of this board. One without a MAC is recognised by its model, which its info tells alone: only
        firmware before GET /api/system/asic tells no MAC."""
        kept = self.target.options
        if kept is None or kept.firmware != axeos_common.firmware(info):
            return None
        is_proven = parse.mac(info.get("macAddr")) is not None
        return kept if is_proven or kept.model == self.options_of(info, None).model else None

    async def _ask_options(self, info: Info) -> Options:
        """Firmware without this endpoint answers with a redirect, or with anything: the board's type tells instead.

        Unreachable when firmware that has it does not tell: what is not known is not kept as known.
        """
        try:
            asic = await http.get_json(self.link, self.target, axeos_common.ASIC)
        except (Garbled, Refused) as error:
            if self.came_with_options in info:
                raise Unreachable(str(error)) from error
            asic = None
        return self.options_of(info, asic)
