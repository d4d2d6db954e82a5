"""NerdQAxe++ and its siblings (ESP-Miner-NerdQAxePlus 1.0): HTTP on port 80, a one-time code where it is enabled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from miners.adapters import axeos_common, catalogue, fingerprint, http, parse
from miners.adapters.axeos_device import AxeosDevice
from miners.adapters.catalogue import Board
from miners.contract import Capability, Kind, Options, PoolEndpoint, Reading, Refused, State

SHUTDOWN = "/api/system/shutdown"
SHUTDOWN_SINCE = (1, 0, 36)  # the key `shutdown` is one version older than the command
CODE_FOR_RESTART = ((1, 0, 34), (1, 0, 36))  # from, until: only these ask for the code there too
DUAL = 1  # poolMode: both pools at once
NEEDS_CODE = "It needs a one-time code for this (OTP is on in its settings), so nothing was sent."


def parse_info(info: Mapping[str, Any], options: Options) -> Reading:
    """A reading from GET /api/system/info of any version. Garbled when `info` is another family's."""
    fingerprint.require(info, Kind.NERDQAXE)
    stopped = parse.flag(info.get("shutdown"))
    url, user = axeos_common.pool(info, fallback=_on_fallback(info))
    reading = axeos_common.reading(info, options, _board(info, None))
    return replace(
        reading,
        state=State.PAUSED if stopped else State.MINING,  # mining means "it wants to", as for AxeOS
        hashrate_ghs=axeos_common.hashrate_ghs(info, steady=not stopped),
        pool_url=url,
        pool_user=user,
        overheated=_overheated(info, reading.temperature_c),
        capabilities=_capabilities(info),
    )


def options_of(info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Options:
    """What this board supports; `asic` is GET /api/system/asic, None before 1.0.32."""
    model = parse.text(info.get("deviceModel"), 60) or f"NerdQAxe {parse.text(info.get('ASICModel'), 40) or ''}".strip()
    return axeos_common.options(info, asic, _board(info, asic), model)


def _board(info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Board | None:
    known = catalogue.NERDQAXE.get((parse.text(info.get("deviceModel")) or "").lower())
    return known or axeos_common.stranger(info, asic, catalogue.STRANGERS_NERDQAXE)


def _on_fallback(info: Mapping[str, Any]) -> bool:
    """Up to 1.0.34 a flag; then the object `stratum`, whose pools are both at work in dual mode: the first leads."""
    stratum = parse.section(info, "stratum")
    if not stratum:
        return parse.flag(info.get("isUsingFallbackStratum"))
    pools = stratum.get("pools")
    if stratum.get("activePoolMode", stratum.get("poolMode")) != DUAL or not isinstance(pools, list):
        return parse.flag(stratum.get("usingFallback"))
    connected = [parse.flag(pool.get("connected")) for pool in pools[:2] if isinstance(pool, dict)]
    return connected == [False, True]


def _overheated(info: Mapping[str, Any], temperature_c: float | None) -> bool:
    """At its own limit; up to 1.0.3 a flag."""
    limit = parse.temperature_c(info.get("overheat_temp"))
    too_hot = limit is not None and temperature_c is not None and temperature_c >= limit
    return too_hot or parse.flag(info.get("overheat_mode"))


def _capabilities(info: Mapping[str, Any]) -> frozenset[Capability]:
    """With OTP on, settings cannot be written without the code of a person's phone."""
    version = parse.version(info.get("version"))
    found: set[Capability] = set()
    if not _needs_code(info):
        found |= {Capability.MODE, Capability.TUNE, Capability.POOL}
    if not _needs_code_for_restart(info):
        found.add(Capability.RESTART)
    if "shutdown" in info and version >= SHUTDOWN_SINCE:
        found.add(Capability.SHUTDOWN)
    return frozenset(found)


def _needs_code(info: Mapping[str, Any]) -> bool:
    return parse.flag(info.get("otp"))


def _needs_code_for_restart(info: Mapping[str, Any]) -> bool:
    since, until = CODE_FOR_RESTART
    return _needs_code(info) and since <= parse.version(info.get("version")) < until


class NerdQaxe(AxeosDevice):
    """Five wrong codes lock its settings for five minutes, so a request that would need one is not even sent."""

    kind = Kind.NERDQAXE

    def parse(self, info: Mapping[str, Any], options: Options) -> Reading:
        return parse_info(info, options)

    def options_of(self, info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Options:
        return options_of(info, asic)

    async def set_pool(self, pool: PoolEndpoint) -> None:
        """Writes the primary pool. It reconnects by itself since 1.0.35 and restarts for it before."""
        info = await self.before_write()
        values = axeos_common.stratum(pool)
        if "stratumTLS" in info:  # 1.0.36
            values["stratumTLS"] = pool.tls
        elif pool.tls:
            raise Refused("Its firmware cannot use TLS towards a pool: NerdQAxe 1.0.36 or later can.")
        await self.write(info, values)
        if "stratum" not in info:
            await self.restart()

    async def restart(self) -> None:
        if _needs_code_for_restart(await self.before_write()):
            raise Refused(NEEDS_CODE)
        await super().restart()

    async def shutdown(self) -> None:
        """Stops hashing; a restart brings it back."""
        await self.before_write()
        await http.post(self.link, self.target, SHUTDOWN)

    async def write(self, info: Mapping[str, Any], values: Mapping[str, object]) -> None:
        if _needs_code(info):
            raise Refused(NEEDS_CODE)
        try:
            await super().write(info, values)
        except http.Unauthorised as error:
            raise Refused(f"It needs a one-time code. {error}") from None
