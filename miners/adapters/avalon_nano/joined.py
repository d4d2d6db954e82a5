"""The joined answer of an Avalon Nano, parsed: cgminer's sections and the bracketed tokens of MM ID0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from miners.adapters import catalogue, parse
from miners.contract import Capability, Garbled, Options, Reading, State

LEVELS = ("low", "med", "high")  # 0, 1, 2
CUSTOM = "custom"
LEAST_W, MOST_W = 5, 200
FASTEST_GHS = 1e5
FASTEST_RPM = 30_000
CAPABILITIES = frozenset({Capability.MODE, Capability.POOL, Capability.RESTART})  # neither model can be switched off

_TOKEN = re.compile(r"(\w+)\[([^\]]*)\]")
_BOARD = re.compile(r"[0-9a-f]{8,64}")
_FIRMWARE = re.compile(r"^[A-Za-z0-9]+-")


@dataclass(frozen=True, slots=True)
class Model:
    """What differs between the two models."""

    key: str
    label: str
    level: str  # the token that tells the mode
    power_at: int  # the place in PS[…] that holds watts
    set_level: str  # the option of ascset
    reboot: str  # its argument


NANO3S = Model("nano3s", "Avalon Nano 3S", "WORKMODE", 6, "workmode", "0")
NANO3 = Model("nano3", "Avalon Nano 3", "WORKLEVEL", 5, "worklevel", "all")
MODELS: Mapping[str, Model] = {  # by Ver's first part, or MODEL, which the factory of some Nano 3 has cut short
    "nano3s": NANO3S,
    "nano3": NANO3,
    "0o3": NANO3,
}


def parse_joined(joined: Mapping[str, Any]) -> Reading:
    """A reading from `summary+estats+pools+version`. Garbled when it is no Avalon Nano."""
    tokens = _tokens(joined)
    device = model(joined)
    summary = section(joined, "summary")
    pool = _active_pool(joined)
    firmware = _firmware(joined)
    return Reading(
        state=_state(tokens, summary),
        hashrate_ghs=_hashrate_ghs(tokens, summary),
        expected_hashrate_ghs=parse.number(tokens.get("GHSmm"), 1, FASTEST_GHS),
        power_w=_power_w(tokens, device),
        temperature_c=parse.temperature_c(tokens.get("TAvg")),
        fan_rpm=parse.number(tokens.get("Fan1"), 0, FASTEST_RPM),
        fan_percent=parse.number(tokens.get("FanR"), 0, 100),
        frequency_mhz=parse.number(tokens.get("Freq"), 1, 5000),
        mode=_mode(tokens, device),
        accepted=parse.count(summary.get("Accepted")),
        rejected=parse.count(summary.get("Rejected")),
        best_difficulty=parse.quantity(summary.get("Best Share")),
        uptime_s=parse.count(parse.first(summary, "Elapsed") or tokens.get("Elapsed")),
        pool_url=parse.pool_url(pool.get("URL")),
        pool_user=parse.text(pool.get("User"), 300),
        firmware=firmware,
        model=device.label,
        mac=identity(joined),
        fault=_fault(tokens),
        capabilities=CAPABILITIES,
        options=Options(firmware=firmware, model=device.label, modes=catalogue.AVALON[device.key]),
    )


def model(joined: Mapping[str, Any]) -> Model:
    """Which Nano it is, by the firmware it runs. Garbled for every other cgminer."""
    version = section(joined, "version")
    told = parse.text(_tokens(joined).get("Ver")) or parse.text(version.get("MODEL")) or ""
    found = MODELS.get(told.split("-", 1)[0].lower())
    if found is None:
        raise Garbled(f"Not an Avalon Nano: it answers like {_stranger(joined, told)}.")
    return found


def _stranger(joined: Mapping[str, Any], told: str) -> str:
    """What it calls itself: Avalon Q, Antminer S19, whatsminer v1.4.0, bdminer 4.11.1 …"""
    version = section(joined, "version")
    names = (version.get("PROD"), version.get("Type"), told)
    statuses = (status(joined), status(_reply(joined, "version")), status(_reply(joined, "summary")), joined)
    programs = (said.get("Description") for said in statuses)
    return next((word for value in (*names, *programs) if (word := parse.text(value, 60))), "an unknown device")


def status(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    """The STATUS line of one reply, empty when it has none."""
    lines = reply.get("STATUS")
    first = lines[0] if isinstance(lines, list) and lines else None
    return first if isinstance(first, dict) else {}


def section(joined: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The first entry of a section's payload, empty when the section is missing or refused."""
    entries = rows(joined, name)
    return entries[0] if entries else {}


def rows(joined: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The entries of one section: {"pools": [{"STATUS": […], "POOLS": […]}]}."""
    entries = _reply(joined, name).get({"estats": "STATS"}.get(name, name.upper()))
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _reply(joined: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    replies = joined.get(name)
    reply = replies[0] if isinstance(replies, list) and replies else None
    return reply if isinstance(reply, dict) else {}


def _tokens(joined: Mapping[str, Any]) -> dict[str, str]:
    stats = section(joined, "estats") or section(joined, "stats")
    line = next((value for key, value in stats.items() if key.startswith("MM ID0")), None)
    return dict(_TOKEN.findall(line)) if isinstance(line, str) else {}


def identity(joined: Mapping[str, Any]) -> str | None:
    """The MAC `version` tells (3S); the Nano 3 has none there, so the number of its hash board stands for it."""
    told = _tokens(joined).get("HDNA", "").lower()
    if _BOARD.fullmatch(told) and told.strip("0"):
        return told
    return parse.mac(section(joined, "version").get("MAC"))


def _firmware(joined: Mapping[str, Any]) -> str | None:
    version = section(joined, "version")
    told = parse.text(_tokens(joined).get("Ver")) or parse.text(parse.first(version, "LVERSION", "VERSION"))
    return _FIRMWARE.sub("", told) if told else None


def _state(tokens: Mapping[str, str], summary: Mapping[str, Any]) -> State:
    """Mining means "it wants to": while it boots, calibrates or has no pool the hashrate says how much."""
    if not tokens:
        return State.MINING if parse.number(summary.get("MHS 1m"), 1) else State.UNKNOWN
    if "In Idle" in tokens.get("SYSTEMSTATU", "") or parse.number(tokens.get("SoftOFF"), 1):
        return State.PAUSED
    return State.MINING


def _hashrate_ghs(tokens: Mapping[str, str], summary: Mapping[str, Any]) -> float | None:
    """GHSspd; else the 5-minute mean. "MHS 5s" swings by ±100 %."""
    told = parse.number(tokens.get("GHSspd"), 0, FASTEST_GHS)
    if told is not None:
        return told
    mean = parse.number(parse.first(summary, "MHS 5m", "MHS 1m"), 0, FASTEST_GHS * 1000)
    return None if mean is None else mean / 1000


def _power_w(tokens: Mapping[str, str], device: Model) -> float | None:
    """Watts at the wall, measured. MPO is a target, and the other places of PS[…] are millivolts or codes."""
    places = tokens.get("PS", "").split()
    return parse.number(places[device.power_at], LEAST_W, MOST_W) if len(places) > device.power_at else None


def _mode(tokens: Mapping[str, str], device: Model) -> str | None:
    level = parse.count(tokens.get(device.level))
    if level is None:
        return None
    return LEVELS[level] if level < len(LEVELS) else CUSTOM


def _fault(tokens: Mapping[str, str]) -> str | None:
    codes = [f"{name}[{tokens[name]}]" for name in ("ECHU", "ECMM") if tokens.get(name, "").strip("0 ")]
    return parse.text(" ".join(codes), 200)


def _active_pool(joined: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((pool for pool in rows(joined, "pools") if parse.flag(pool.get("Stratum Active"))), {})
