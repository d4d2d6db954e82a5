"""What an Avalon Q answers, as a Reading. Pure: no socket, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from miners.adapters import parse
from miners.contract import Capability, Garbled, Options, Preset, Reading, State

KIND = "avalon_q"
PRODUCT = "Avalon Q"
MODES = ("eco", "standard", "super")  # WORKMODE 0, 1, 2
FASTEST_GHS = 1e6
CAPABILITIES = frozenset({Capability.MODE, Capability.PAUSE})
# What the maker promises of each mode: lets it be ranked and planned with before it was ever measured.
PRESETS: Mapping[str, Preset] = {
    "eco": Preset(level=0, power_w=800, hashrate_ghs=52_000),
    "standard": Preset(level=1, power_w=1300, hashrate_ghs=80_000),
    "super": Preset(level=2, power_w=1674, hashrate_ghs=90_000),
}

_TOKEN = re.compile(r"(\w+)\[([^\]]*)\]")  # of one long line: Ver[Q-25052801] TAvg[61] WORKMODE[0] …

Entry = Mapping[str, Any]


def parse_joined(joined: Mapping[str, Any]) -> Reading:
    """A reading from `version+summary+stats+pools`. Garbled when another device answers."""
    version = entry(joined, "version", "VERSION")
    require_avalon_q(version)
    summary, tokens = entry(joined, "summary", "SUMMARY"), _tokens(entry(joined, "stats", "STATS"))
    pool = next((pool for pool in _entries(joined, "pools", "POOLS") if parse.flag(pool.get("Stratum Active"))), {})
    firmware = parse.text(version.get("LVERSION"))
    return Reading(
        state=_state(tokens),
        hashrate_ghs=parse.number(tokens.get("GHSspd"), 0, FASTEST_GHS),
        temperature_c=parse.temperature_c(tokens.get("TAvg")),
        fan_rpm=parse.number(tokens.get("Fan1"), 0, 30_000),
        fan_percent=parse.number(tokens.get("FanR"), 0, 100),
        mode=_mode(tokens),
        accepted=parse.count(summary.get("Accepted")),
        rejected=parse.count(summary.get("Rejected")),
        best_difficulty=parse.quantity(summary.get("Best Share")),
        uptime_s=parse.count(summary.get("Elapsed")),
        pool_url=parse.pool_url(pool.get("URL")),
        pool_user=parse.text(pool.get("User"), 300),
        firmware=firmware,
        model=PRODUCT,
        mac=parse.mac(version.get("MAC")),
        capabilities=CAPABILITIES,
        options=Options(firmware=firmware, model=PRODUCT, modes=PRESETS),
        # No power_w: the line has PS[…], but nobody has compared its places with a meter. A plug may measure it.
    )


def require_avalon_q(version: Entry) -> None:
    product = parse.text(version.get("PROD"))
    if product != PRODUCT:
        raise Garbled(f"Not an {PRODUCT}: it answers like {product or 'an unknown device'}.")


def entry(joined: Mapping[str, Any], command: str, payload: str) -> Entry:
    """The first entry of one section, empty where there is none: {"summary": [{"STATUS": […], "SUMMARY": [{…}]}]}."""
    return next(iter(_entries(joined, command, payload)), {})


def _entries(joined: Mapping[str, Any], command: str, payload: str) -> list[Entry]:
    replies = joined.get(command)
    reply = replies[0] if isinstance(replies, list) and replies else None
    found = reply.get(payload) if isinstance(reply, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _tokens(stats: Entry) -> dict[str, str]:
    line = next((value for key, value in stats.items() if key.startswith("MM ID0")), None)
    return dict(_TOKEN.findall(line)) if isinstance(line, str) else {}


def _state(tokens: Mapping[str, str]) -> State:
    if not tokens:
        return State.UNKNOWN
    return State.PAUSED if "In Idle" in tokens.get("SYSTEMSTATU", "") else State.MINING


def _mode(tokens: Mapping[str, str]) -> str | None:
    level = parse.count(tokens.get("WORKMODE"))
    return MODES[level] if level is not None and level < len(MODES) else None
