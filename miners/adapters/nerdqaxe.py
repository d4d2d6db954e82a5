"""NerdQAxe++ and its siblings (ESP-Miner-NerdQAxePlus 1.0): HTTP on port 80, a one-time code where it is enabled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from miners.adapters import axeos_common, catalogue, fingerprint, http, one_time_code, parse
from miners.adapters.axeos_device import AxeosDevice
from miners.adapters.catalogue import Board
from miners.adapters.lenient import Info
from miners.contract import Capability, CodeSession, Kind, NeedsCode, Options, PoolEndpoint, Reading, Refused, State

SHUTDOWN = "/api/system/shutdown"
SHUTDOWN_SINCE = (1, 0, 36)  # the key `shutdown` is one version older than the command
FAILOVER, DUAL = 0, 1  # poolMode: one pool after the other, or both at once
STRATUM_V1 = 0


def parse_info(info: Mapping[str, Any], options: Options, *, opened: bool = False) -> Reading:
    """A reading from GET /api/system/info of any version. Garbled when `info` is another family's.

    `opened`: a session of its one-time code is at hand.
    """
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
        needs_code=one_time_code.wanted(info) and not opened,
        capabilities=_capabilities(info, options, opened=opened),
    )


def options_of(info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Options:
    """What this board supports; `asic` is GET /api/system/asic, None before 1.0.32."""
    model = parse.text(info.get("deviceModel"), 60) or f"NerdQAxe {parse.text(info.get('ASICModel'), 40) or ''}".strip()
    return axeos_common.options(info, asic, _board(info, asic), model)


def _board(info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Board | None:
    known = catalogue.NERDQAXE.get((parse.text(info.get("deviceModel")) or "").lower())
    return known or axeos_common.stranger(info, asic, catalogue.STRANGERS_NERDQAXE, chips=None)


def _on_fallback(info: Mapping[str, Any]) -> bool:
    """Up to 1.0.34 a flag; then the object `stratum`, whose pools are both at work in dual mode: the first leads."""
    stratum = parse.section(info, "stratum")
    if not stratum:
        return parse.flag(info.get("isUsingFallbackStratum"))
    pools = stratum.get("pools")
    if not _mines_at_both(stratum) or not isinstance(pools, list):
        return parse.flag(stratum.get("usingFallback"))
    connected = [parse.flag(pool.get("connected")) for pool in pools[:2] if isinstance(pool, dict)]
    return connected == [False, True]


def _mines_at_both(stratum: Mapping[str, Any]) -> bool:
    return parse.number(parse.first(stratum, "activePoolMode", "poolMode")) == DUAL


def _overheated(info: Mapping[str, Any], temperature_c: float | None) -> bool:
    """At its own limit; up to 1.0.3 a flag."""
    limit = parse.temperature_c(info.get("overheat_temp"))
    too_hot = limit is not None and temperature_c is not None and temperature_c >= limit
    return too_hot or parse.flag(info.get("overheat_mode"))


def _capabilities(info: Mapping[str, Any], options: Options, *, opened: bool) -> frozenset[Capability]:
    """With OTP on, settings cannot be written without the code of a person's phone."""
    found: set[Capability] = set()
    if opened or not one_time_code.wanted(info):
        found |= axeos_common.settable(options)
    if opened or not one_time_code.wanted_for_restart(info):
        found.add(Capability.RESTART)
    if one_time_code.wanted(info):
        found.add(Capability.CODE)
    if "shutdown" in info and parse.version(info.get("version")) >= SHUTDOWN_SINCE:
        found.add(Capability.SHUTDOWN)
    return frozenset(found)


class NerdQaxe(AxeosDevice):
    """A request that would need a one-time code and has none is not even sent."""

    kind = Kind.NERDQAXE
    came_with_options = "stratum_keep"

    def parse(self, info: Mapping[str, Any], options: Options) -> Reading:
        return parse_info(info, options, opened=bool(self.target.code_session))

    def options_of(self, info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Options:
        return options_of(info, asic)

    async def open_session(self, code: str) -> CodeSession:
        """Asked once. Refused where no code is wanted, so that none is ever sent to another device."""
        info = await self.before_write()
        if not one_time_code.wanted(info):
            raise Refused("It asks for no one-time code: OTP is off in its settings.")
        return await one_time_code.exchange(self.link, self.target, info, code)

    async def set_pool(self, pool: PoolEndpoint) -> None:
        """Writes the primary pool. It reconnects by itself since 1.0.35 and restarts for it before."""
        info = await self.before_write()
        await self.write(info, pool_change(info, pool))
        if "stratum" not in info:
            await self.restart()

    async def restart(self) -> None:
        info = await self.before_write()
        headers = (
            one_time_code.headers(self.target.code_session)
            if one_time_code.wanted_for_restart(info)
            else http.NO_HEADERS
        )
        try:
            await http.post(self.link, self.target, axeos_common.RESTART, headers=headers)
        except http.Unauthorised as error:
            raise self._locked(error) from None

    async def shutdown(self) -> None:
        """Stops hashing; a restart brings it back."""
        await self.before_write()
        await http.post(self.link, self.target, SHUTDOWN)

    async def write(self, info: Mapping[str, Any], values: Mapping[str, object]) -> None:
        headers = one_time_code.headers(self.target.code_session) if one_time_code.wanted(info) else http.NO_HEADERS
        try:
            await http.patch(self.link, self.target, axeos_common.SYSTEM, values, headers=headers)
        except http.Unauthorised as error:
            raise self._locked(error) from None

    def _locked(self, error: http.Unauthorised) -> NeedsCode:
        """A session may end before its time, and OTP may be switched on between a look and a write."""
        return NeedsCode(one_time_code.ENDED if self.target.code_session else f"{one_time_code.MISSING} {error}")


def pool_change(info: Info, pool: PoolEndpoint) -> dict[str, object]:
    """The PATCH that makes `pool` its only pool but for the fallback; types are as strict as the firmware."""
    values = axeos_common.stratum(pool)
    if "stratumTLS" in info:  # 1.0.36
        values["stratumTLS"] = pool.tls
    elif pool.tls:
        raise Refused("Its firmware cannot use TLS towards a pool: NerdQAxe 1.0.36 or later can.")
    if parse.number(info.get("stratumProtocol")):  # 1.0.37
        values["stratumProtocol"] = STRATUM_V1
    if _mines_at_both(parse.section(info, "stratum")):
        values["poolMode"] = FAILOVER  # else part of its hashes would go elsewhere
    return values
