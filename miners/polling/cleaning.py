"""A reading made fit for the database: what no column can hold becomes unknown, text is bounded and printable.

Drivers say what a field means. This is the last gate: one absurd value must not cost a shard its batch.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from miners.contract import Reading, State

FLOAT = (-9e18, 9e18)  # some are whole numbers, and JSON ends at 64 bits
COUNT = (0, 2**31 - 1)
BOUNDS = {
    "hashrate_ghs": FLOAT,
    "expected_hashrate_ghs": FLOAT,
    "power_w": FLOAT,
    "temperature_c": FLOAT,
    "vr_temperature_c": FLOAT,
    "fan_rpm": FLOAT,
    "fan_percent": FLOAT,
    "frequency_mhz": FLOAT,
    "core_voltage_mv": FLOAT,
    "best_difficulty": FLOAT,
    "accepted": COUNT,
    "rejected": COUNT,
    "uptime_s": COUNT,
    "rssi_dbm": (-200, 0),
}
LONGEST = {
    "mode": 20,
    "firmware": 120,
    "model": 120,
    "hostname": 120,
    "pool_url": 300,
    "pool_user": 300,
    "mac": 64,
    "fault": 500,
}
ANSWERING = (State.MINING, State.PAUSED, State.UNKNOWN)  # what answers is neither off nor unreachable


def cleaned(reading: Reading) -> Reading:
    """The same reading when it is fit, as nearly all are. Raises TypeError when a driver gave a field another type."""
    changes: dict[str, Any] = {}
    for name, (least, most) in BOUNDS.items():
        number = getattr(reading, name)
        if number is not None and not least <= number <= most:  # true of NaN too
            changes[name] = None
    for name, longest in LONGEST.items():
        text = getattr(reading, name)
        if text is not None and not (text and text.isprintable() and len(text) <= longest):
            changes[name] = printable(text, longest) or None
    if reading.state not in ANSWERING:
        changes["state"] = State.UNKNOWN
    return replace(reading, **changes) if changes else reading


def printable(text: str, longest: int) -> str:
    """`text` on one line, without what a terminal or PostgreSQL (NUL) would choke on."""
    return "".join(character if character.isprintable() else " " for character in text[:longest]).strip()
