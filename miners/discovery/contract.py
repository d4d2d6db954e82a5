"""What discovery finds. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How a device was found."""

    BROADCAST = "broadcast"  # it spoke by itself (NMMiner 1.x)
    MDNS = "mdns"  # it announces itself (AxeOS 2.15 and later)
    SCAN = "scan"  # it was asked, because a person wanted it


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One device of a known family, as it described itself. None: it does not say."""

    kind: str
    host: str  # IP address
    port: int
    way: Way
    mac: str | None = None  # or the family's own stable identity, spelt like Reading.mac
    model: str | None = None
    firmware: str | None = None
    hostname: str | None = None
    hashrate_ghs: float | None = None
