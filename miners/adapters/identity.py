"""Is it the device that is meant? Addresses move, boards do not."""

from __future__ import annotations

from miners.contract import Refused, Target


def require(target: Target, found: str | None) -> None:
    """Refused when the device says who it is and is another one than `target` names. Asked before every write."""
    if target.mac and found and found != target.mac:
        raise Refused(f"Nothing was written: the device at {target.host} is {found}, not {target.mac}.")
