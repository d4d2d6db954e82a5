"""Whom the kernel has seen on the wire: a silent one among them may only be asleep."""

from __future__ import annotations

from pathlib import Path

TABLE = Path("/proc/net/arp")
COMPLETE = 0x2


def seen(table: str) -> frozenset[str]:
    """The IPv4 addresses with a complete entry in the text of /proc/net/arp."""
    return frozenset(macs(table))


def macs(table: str) -> dict[str, str]:
    """The MAC of each of them, in lower case."""
    rows = (line.split() for line in table.splitlines()[1:])
    return {row[0]: row[3].lower() for row in rows if len(row) >= 4 and _is_complete(row[2])}  # noqa: PLR2004  address, type, flags, MAC


def read() -> frozenset[str]:
    """Empty where there is no such table, as in a container without the host's network."""
    return seen(text())


def text() -> str:
    """The table as it stands now."""
    try:
        return TABLE.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _is_complete(flags: str) -> bool:
    try:
        return bool(int(flags, 16) & COMPLETE)
    except ValueError:
        return False
