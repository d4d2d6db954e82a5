"""What the answer of an Avalon Nano means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.adapters import catalogue, parse
from miners.adapters.avalon_nano.answer import Entry, Model, Nano, understand
from miners.contract import Capability, Options, Reading, State

LEVELS = ("low", "med", "high")  # 0, 1, 2
CUSTOM = "custom"
LEAST_W, MOST_W = 5, 200
FASTEST_GHS = 1e5
FASTEST_RPM = 30_000
FASTEST_MHZ = 5000
CAPABILITIES = frozenset({Capability.MODE, Capability.POOL, Capability.RESTART})  # neither model can be switched off


def parse_joined(joined: Mapping[str, Any]) -> Reading:
    """A reading from `summary+estats+pools+version`. Garbled when it is no Avalon Nano."""
    return of(understand(joined))


def of(nano: Nano) -> Reading:
    tokens, summary = nano.tokens, nano.summary
    pool = next((pool for pool in nano.pools if parse.flag(pool.get("Stratum Active"))), {})
    firmware, model = nano.firmware, nano.model
    return Reading(
        state=_state(tokens, summary),
        hashrate_ghs=_hashrate_ghs(tokens, summary),
        expected_hashrate_ghs=parse.number(tokens.get("GHSmm"), 1, FASTEST_GHS),
        power_w=_power_w(tokens, model),
        temperature_c=parse.temperature_c(tokens.get("TAvg")),
        fan_rpm=parse.number(tokens.get("Fan1"), 0, FASTEST_RPM),
        fan_percent=parse.number(tokens.get("FanR"), 0, 100),
        frequency_mhz=parse.number(tokens.get("Freq"), 1, FASTEST_MHZ),
        mode=_mode(tokens, model),
        accepted=parse.count(summary.get("Accepted")),
        rejected=parse.count(summary.get("Rejected")),
        best_difficulty=parse.quantity(summary.get("Best Share")),
        uptime_s=parse.count(parse.first(summary, "Elapsed") or tokens.get("Elapsed")),
        rssi_dbm=parse.rssi_dbm(nano.wifi.get("RSSI")),
        pool_url=parse.pool_url(pool.get("URL")),
        pool_user=parse.text(pool.get("User"), 300),
        firmware=firmware,
        model=model.label,
        mac=nano.identity,
        fault=_fault(tokens),
        capabilities=CAPABILITIES,
        options=Options(firmware=firmware, model=model.label, modes=catalogue.AVALON[model.key]),
    )


def _state(tokens: Mapping[str, str], summary: Entry) -> State:
    """Mining means "it wants to": while it boots, calibrates or has no pool the hashrate says how much."""
    if not tokens:
        return State.MINING if parse.number(summary.get("MHS 1m"), 1) else State.UNKNOWN
    if "In Idle" in tokens.get("SYSTEMSTATU", "") or parse.number(tokens.get("SoftOFF"), 1):
        return State.PAUSED
    return State.MINING


def _hashrate_ghs(tokens: Mapping[str, str], summary: Entry) -> float | None:
    """GHSspd; else the 5-minute mean. "MHS 5s" swings by ±100 %."""
    told = parse.number(tokens.get("GHSspd"), 0, FASTEST_GHS)
    if told is not None:
        return told
    mean = parse.number(parse.first(summary, "MHS 5m", "MHS 1m"), 0, FASTEST_GHS * 1000)
    return None if mean is None else mean / 1000


def _power_w(tokens: Mapping[str, str], model: Model) -> float | None:
    """Watts at the wall, measured. MPO is a target, and the other places of PS[…] are millivolts or codes."""
    places = tokens.get("PS", "").split()
    return parse.number(places[model.power_at], LEAST_W, MOST_W) if len(places) > model.power_at else None


def _mode(tokens: Mapping[str, str], model: Model) -> str | None:
    level = parse.count(tokens.get(model.level))
    if level is None:
        return None
    return LEVELS[level] if level < len(LEVELS) else CUSTOM


def _fault(tokens: Mapping[str, str]) -> str | None:
    codes = [f"{name}[{tokens[name]}]" for name in ("ECHU", "ECMM") if tokens.get(name, "").strip("0 ")]
    return parse.text(" ".join(codes), 200)
