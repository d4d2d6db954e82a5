"""Avalon Nano 3 and 3S: cgminer on TCP 4028, one connection at a time, one joined command a poll."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.adapters import cgminer, identity, parse
from miners.adapters.avalon_nano import reading, slots
from miners.adapters.avalon_nano.answer import NANO3S, Model, Nano, status, understand
from miners.adapters.avalon_nano.reading import LEVELS
from miners.adapters.lenient import Info
from miners.adapters.link import Link
from miners.contract import PoolEndpoint, Reading, Refused, Target

READ = "summary+estats+pools+version"
READ_3S = f"{READ}+litestats"  # its Wi-Fi; the Nano 3 knows no such command
ASCSET = "ascset"
DONE = ("S", "I")  # of cgminer's S success, I info, W warning, E error, F fatal
NOT_NOW = ("caling", "calibrat", "don't permit")


class AvalonNano:
    """Made for one operation on one device; what `read` saw is what the writes after it go by."""

    def __init__(self, target: Target, link: Link) -> None:
        self.target = target
        self.link = link
        self._seen: Nano | None = None

    async def read(self) -> Reading:
        return reading.of(await self._look())

    async def set_mode(self, mode: str) -> None:
        """Live. Not now (retry) while it calibrates, for minutes after a boot or a switch."""
        nano = await self._before_write()
        if mode not in LEVELS:
            raise Refused(f"It has no mode {mode!r}; it has: {', '.join(LEVELS)}.")
        _check(await self._send(ASCSET, f"0,{nano.model.set_level},set,{LEVELS.index(mode)}"), ASCSET)

    async def restart(self) -> None:
        nano = await self._before_write()
        await self._reboot(nano.model)

    async def set_pool(self, pool: PoolEndpoint) -> None:
        """Live when one of its three slots holds the pool; else it is written to a spare one, with a reboot.

        The boot ends in slot 0, whatever was written: only a reading tells where it mines then, and when that is
        another slot, the same order again switches live.
        """
        nano = await self._before_write()
        slot = slots.holding(nano.pools, pool)
        if slot is not None:
            return _check(await self._send("switchpool", str(slot)), "switchpool")
        _check(await self._send("setpool", self._setpool(pool, slots.spare(nano.pools))), "setpool")
        return await self._reboot(nano.model)

    def _setpool(self, pool: PoolEndpoint, slot: int) -> str:
        if not (self.target.web_user and self.target.web_password):
            raise Refused(
                f"None of its three pools is {pool.host}:{pool.port} as {pool.user}. Writing one takes its web login: "
                "enter user and password of its web page at this miner."
            )
        values = (self.target.web_user, self.target.web_password, str(slot), pool.url, pool.user, pool.password)
        if any("," in value for value in values):
            raise Refused("An Avalon takes no comma in a pool's address, worker or password, nor in its web login.")
        return ",".join(values)

    async def _look(self) -> Nano:
        """One connection: which model it is was found out by the poll before."""
        known = self.target.options
        command = READ_3S if known is not None and known.model == NANO3S.label else READ
        self._seen = understand(await cgminer.command(self.link, self.target, command))
        return self._seen

    async def _before_write(self) -> Nano:
        """The answer of this very device: an address may belong to another one since yesterday."""
        nano = self._seen or await self._look()
        identity.require(self.target, nano.identity)
        return nano

    async def _send(self, name: str, parameter: str) -> Info:
        return await cgminer.command(self.link, self.target, name, parameter)

    async def _reboot(self, model: Model) -> None:
        """By ascset: these cgminers know no `restart`. It may hang up instead of answering."""
        reply = await cgminer.farewell(self.link, self.target, ASCSET, f"0,reboot,{model.reboot}")
        if reply is not None:
            _check(reply, ASCSET)


def _check(reply: Mapping[str, Any], name: str) -> None:
    """Raise what cgminer says when it did not do it."""
    said = status(reply)
    if said.get("STATUS") in DONE:
        return
    words = parse.text(said.get("Msg"), 200) or "no reason given"
    retry = any(sign in words.lower() for sign in NOT_NOW)
    raise Refused(f"{name} was refused: {words} ({parse.count(said.get('Code'))}).", retry=retry)
