"""Talking to an Avalon Q: cgminer's protocol on TCP 4028, one joined command a poll."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hmm_avalon_q.reading import KIND, MODES, PRODUCT, entry, parse_joined
from miners.adapters import cgminer, identity, parse
from miners.adapters.link import Link
from miners.contract import Found, Reading, Refused, Target

READ = "version+summary+stats+pools"
SOON_S = 5  # softoff and softon take a time of the device's own clock, a little ahead


class AvalonQ:
    """Made anew for every poll and every command, so it keeps nothing."""

    def __init__(self, target: Target, link: Link) -> None:
        self.target = target
        self.link = link

    async def read(self) -> Reading:
        return parse_joined(await self._look())

    async def set_mode(self, mode: str) -> None:
        if mode not in MODES:
            raise Refused(f"It has no mode {mode!r}; it has: {', '.join(MODES)}.")
        await self._look_before_writing()
        await self._set(f"workmode,set,{MODES.index(mode)}")

    async def pause(self) -> None:
        await self._set(f"softoff,1:{await self._soon()}")

    async def resume(self) -> None:
        await self._set(f"softon,1:{await self._soon()}")

    async def _look(self) -> Mapping[str, Any]:
        return await cgminer.command(self.link, self.target, READ)

    async def _look_before_writing(self) -> Mapping[str, Any]:
        """Addresses move: nothing is written to another device than the one that is meant."""
        joined = await self._look()
        identity.require(self.target, parse_joined(joined).mac)
        return joined

    async def _soon(self) -> int:
        now = parse.count(entry(await self._look_before_writing(), "version", "STATUS").get("When"))
        if now is None:
            raise Refused("It does not tell its time, which switching it off and on takes.")
        return now + SOON_S

    async def _set(self, option: str) -> None:
        reply = await cgminer.command(self.link, self.target, "ascset", f"0,{option}")
        said = entry({"ascset": [reply]}, "ascset", "STATUS")
        words = parse.text(said.get("Msg"), 200) or "no reason given"
        if said.get("STATUS") not in {"S", "I"}:  # success and information; warnings and errors are refusals
            raise Refused(f"ascset was refused: {words}.")


async def identify(host: str, port: int, link: Link) -> Found | None:
    """For discovery: one harmless question."""
    reply = await cgminer.command(link, Target(kind=KIND, host=host, port=port), "version")
    version = entry({"version": [reply]}, "version", "VERSION")
    if parse.text(version.get("PROD")) != PRODUCT:
        return None
    firmware = parse.text(version.get("LVERSION"))
    return Found(kind=KIND, host=host, port=port, mac=parse.mac(version.get("MAC")), model=PRODUCT, firmware=firmware)
