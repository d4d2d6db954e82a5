"""Is it the board that is known? By its MAC address; without one, by what of it does not change. Pure.

Firmware that tells no MAC (AxeOS before 2.3, NerdQAxe before 1.0.30, NMMiner) proves nothing. What holds then: every
answer tells the family, and a board of another model is another device. Two boards of one model cannot be told apart
unless each has a host name of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from miners.contract import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was learnt of a miner's device."""

    mac: str | None = None
    model: str | None = None
    firmware: str | None = None
    hostname: str | None = None


def another(known: Known, reading: Reading) -> str | None:
    """Who answers instead of the device that is known, as in "…, not …"; None when nothing speaks against it."""
    if known.mac and reading.mac:
        return _differs(reading.mac.lower(), known.mac.lower())
    changed = _differs(reading.model, known.model)
    if known.mac and not changed:  # the same firmware has told it before
        changed = _differs(reading.firmware, known.firmware) and f"{reading.firmware} without a MAC, not {known.mac}"
    return changed


def doubt(known: Known, reading: Reading) -> str | None:
    """`another`, and what forbids a write besides: a MAC that is no longer told, a host name that has changed.

    A device may be renamed: the next reading believes the new name, unless it is another miner's.
    """
    if found := another(known, reading):
        return found
    if known.mac:
        return None if reading.mac else f"a device without a MAC, not {known.mac}"
    return _differs(reading.hostname, known.hostname)


def _differs(found: str | None, known: str | None) -> str | None:
    return f"{found}, not {known}" if found and known and found != known else None
