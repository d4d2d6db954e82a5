"""NMMiner in its own words: display strings in what it broadcast or listed up to 1.8, nested JSON since 2.0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from miners.adapters import fingerprint, parse
from miners.contract import Capability, Garbled, Kind, Options, Reading, State

CONFIG_SINCE = (1, 5, 1)  # before, nothing listens on UDP 12347
FASTEST_GHS = 1.0  # a thousand times what an ESP32 does

_BROADCAST_KEYS = {  # by those of /swarm
    "boardType": "BoardType",
    "hashRate": "HashRate",
    "share": "Share",
    "bestDiff": "BestDiff",
    "temp": "Temp",
    "rssi": "RSSI",
    "uptime": "Uptime",
    "version": "Version",
    "pool": "PoolInUse",
    "hostname": "Hostname",
    "power": "Power",
}
_HALVES = re.compile(r"[\r/]")
_UPTIME = re.compile(r"\s*(\d{1,5})d\s+(\d{1,2}):(\d{1,2}):(\d{1,2})")


def parse_broadcast(said: Mapping[str, Any], config: Mapping[str, Any] | None = None) -> Reading:
    """A reading from one UDP 12345 datagram; `config`, from 12346, tells the worker. Garbled for other broadcasts.

    The NMAxe, a sibling with an ASIC, broadcasts likewise, and alone tells its power: it is none of ours.
    """
    if "HashRate" not in said and "Share" not in said:
        raise Garbled("Its broadcast is not that of an NMMiner.")
    board = parse.text(said.get("BoardType"), 60)
    if (board or "").lower().startswith("nmaxe") or parse.number(said.get("Power"), 0.1) is not None:
        raise Garbled(f"Not an NMMiner: it broadcasts like {board or 'an NMAxe'}.")
    rejected, accepted = _shares(said.get("Share"))
    firmware = parse.text(said.get("Version"))
    pool = parse.pool_url(said.get("PoolInUse"))
    return Reading(
        state=State.MINING,  # it knows no other; without a pool its hashrate is 0
        hashrate_ghs=_plausible(parse.hashrate_ghs(said.get("HashRate"))),
        temperature_c=parse.temperature_c(said.get("Temp")),
        accepted=accepted,
        rejected=rejected,
        best_difficulty=parse.quantity(_ever(said.get("BestDiff"))),
        uptime_s=_uptime_s(said.get("Uptime")),
        rssi_dbm=parse.rssi_dbm(said.get("RSSI")),
        pool_url=pool,
        pool_user=_user(config or {}, pool),
        firmware=firmware,
        model=board,
        hostname=parse.text(said.get("Hostname")),
        capabilities=frozenset({Capability.POOL}) if parse.version(firmware) >= CONFIG_SINCE else frozenset(),
        options=Options(firmware=firmware, model=board),
    )


def _shares(value: object) -> tuple[int | None, int | None]:
    """(rejected, accepted) from "rejected/accepted/99.9%" or, earlier, "rejected/accepted"."""
    parts = value.split("/") if isinstance(value, str) else []
    if len(parts) < 2:  # noqa: PLR2004  a pair
        return None, None
    return parse.count(parts[0]), parse.count(parts[1])


def _ever(value: object) -> object:
    """The second half of "session\\rever", or of "session / ever"; the value itself where there is one only."""
    return _HALVES.split(value)[-1] if isinstance(value, str) else value


def _uptime_s(value: object) -> int | None:
    """Seconds since boot from "000d 00:22:57\\r028d 18:25:01"."""
    found = _UPTIME.match(value) if isinstance(value, str) else None
    if not found:
        return None
    days, hours, minutes, seconds = (int(part) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _user(config: Mapping[str, Any], pool: str | None) -> str | None:
    for rank in ("Primary", "Secondary"):
        if pool and parse.pool_url(config.get(f"{rank}Pool")) == pool:
            return parse.text(config.get(f"{rank}Address"), 300)
    return None


def _plausible(hashrate_ghs: float | None) -> float | None:
    return parse.number(hashrate_ghs, 0, FASTEST_GHS)


def parse_swarm(listed: Mapping[str, Any], host: str) -> Reading:
    """A reading from GET /swarm of firmware 1.7.06 and later, which lists a device and its neighbours by IP address.

    Nothing can be commanded by this way. Garbled when `host` is not listed.
    """
    devices = listed.get("devices")
    rows = [row for row in devices if isinstance(row, dict)] if isinstance(devices, list) else []
    row = next((row for row in rows if row.get("ip") == host), None)
    if row is None:
        raise Garbled("Not an NMMiner: it does not list itself under GET /swarm.")
    said = {broadcast: row[key] for key, broadcast in _BROADCAST_KEYS.items() if key in row}
    return replace(parse_broadcast(said), capabilities=frozenset())


def parse_info(info: Mapping[str, Any]) -> Reading:
    """A reading from GET /api/system/info of firmware 2.x. Garbled when it is another family's."""
    fingerprint.require(info, Kind.NMMINER)
    identity, miner = parse.section(info, "identity"), parse.section(info, "miner")
    stratum, temps = parse.section(info, "stratum"), parse.section(info, "temps")
    firmware, model = parse.text(identity.get("fwVersion")), parse.text(identity.get("hwModel"), 60)
    return Reading(
        state=State.MINING,
        hashrate_ghs=_plausible(parse.number(miner.get("hashRate"))),
        temperature_c=parse.temperature_c(temps.get("vcore")),
        accepted=parse.count(miner.get("sAccepted")),
        rejected=parse.count(miner.get("sRejected")),
        best_difficulty=parse.quantity(miner.get("bestDiffEver")),
        uptime_s=parse.count(miner.get("uptimeSeconds")),
        rssi_dbm=parse.rssi_dbm(identity.get("rssi")),
        pool_url=parse.pool_url(stratum.get("url")),
        pool_user=parse.text(stratum.get("user"), 300),
        firmware=firmware,
        model=model,
        hostname=parse.text(identity.get("hostName")),
        capabilities=frozenset({Capability.POOL, Capability.RESTART, Capability.IDENTIFY}),
        options=Options(firmware=firmware, model=model),
    )
