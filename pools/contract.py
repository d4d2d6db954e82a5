"""What a pool is to the rest of the product: an address that answers stratum, or does not. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MISSES_UNTIL_DOWN = 2
HIGHEST_PORT = 65_535
SCHEMES = {
    "stratum": False,
    "stratum+tcp": False,
    "tcp": False,
    "stratum+ssl": True,
    "stratum+tls": True,
    "ssl": True,
    "tls": True,
}


class PoolState(StrEnum):
    """What is known of a pool. One miss says nothing; two in a row do."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"  # never checked, or missed before it ever answered


class ProbeFailed(Exception):
    """A pool did not answer as a pool. The message is one sentence for a person."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a pool listens; what pools are told apart by when they are checked."""

    host: str
    port: int
    tls: bool = False

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """How long each step of a probe took, in milliseconds. `tls_ms` is None without TLS."""

    dns_ms: float
    tcp_ms: float
    tls_ms: float | None
    subscribe_ms: float


def state_after(state: PoolState, misses: int) -> PoolState:
    """The state of a pool that has missed this many checks in a row."""
    if misses == 0:
        return PoolState.UP
    return PoolState.DOWN if misses >= MISSES_UNTIL_DOWN else state


def split_address(text: str) -> tuple[str, int | None, bool | None]:
    """Host, port and TLS of what people paste: a bare host, host:port, or stratum+tcp://host:port.

    Port and TLS are None where the text does not say. Raises ValueError with one sentence.
    """
    scheme, separator, rest = text.strip().rpartition("://")
    tls = None
    if separator:
        if scheme.lower() not in SCHEMES:
            raise ValueError(f"{scheme}:// is not a stratum version 1 address such as stratum+tcp://pool.example:3333.")
        tls = SCHEMES[scheme.lower()]
    host, port = _split_port(rest.rstrip("/"))
    return host.lower().rstrip("."), port, tls


def _split_port(text: str) -> tuple[str, int | None]:
    host, colon, port = text.partition(":")
    if not colon or ":" in port:  # more colons: an IPv6 address, which is no host a miner can be given
        return text, None
    return host, _number(port)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= HIGHEST_PORT):
        raise ValueError(f"{text[:20]!r} is not a port from 1 to 65535.")
    return int(text)
