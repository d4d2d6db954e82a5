"""The latest datagram of each device since the last write to Redis, bounded in devices, bytes and datagrams."""

from __future__ import annotations

from ipaddress import ip_address

from miners.listener import TTL_S, pack

LARGEST = 4096  # bytes; the largest honest one has 1 KiB
MOST_DEVICES = 1024
BURST = 4096  # datagrams between two writes


class Mailbox:
    def __init__(self) -> None:
        self._fresh: dict[str, bytes] = {}
        self._heard_at: dict[str, float] = {}
        self.room = BURST

    def put(self, prefix: str, source: str, payload: bytes, *, now: float) -> None:
        """Keep `payload` unless it is too large, comes from outside, or from one device too many."""
        self.room -= 1
        if not 0 < len(payload) <= LARGEST or not _is_near(source) or not self._admits(source, now):
            return
        self._heard_at[source] = now
        self._fresh[prefix + source] = pack(payload, now)

    def take(self) -> dict[str, bytes]:
        """What came since the last time, by key; makes room for the next burst."""
        fresh, self._fresh, self.room = self._fresh, {}, BURST
        return fresh

    def put_back(self, unwritten: dict[str, bytes]) -> None:
        """Redis was away: keep these, except where newer ones have come."""
        self._fresh = unwritten | self._fresh

    def _admits(self, source: str, now: float) -> bool:
        if source in self._heard_at or len(self._heard_at) < MOST_DEVICES:
            return True
        silent = [other for other, at in self._heard_at.items() if now - at >= TTL_S]
        for other in silent:
            del self._heard_at[other]
        return bool(silent)


def _is_near(source: str) -> bool:
    address = ip_address(source)
    return address.is_private or address.is_link_local
