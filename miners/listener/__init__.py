"""The UDP broadcasts of NMMiners: heard by a process of its own, kept in Redis, read by the poller.

This module is what both sides share: where a broadcast lies in Redis and how. Standard library only.
"""

from __future__ import annotations

STATUS = "hmm:nmminer:"  # + IP address; what a device says of its work, heard on UDP 12345
CONFIG = "hmm:nmminer-config:"  # + IP address; its settings, heard on UDP 12346, with its Wi-Fi password: never log one
TTL_S = 120


def pack(payload: bytes, received_at: float) -> bytes:
    """As it lies in Redis: the epoch seconds it was received at, a line feed, the datagram as it came."""
    return b"%.3f\n%b" % (received_at, payload)


def unpack(value: bytes) -> tuple[float, bytes]:
    """(received at, datagram)."""
    received_at, _, payload = value.partition(b"\n")
    return float(received_at), payload
