"""Which TCP ports are knocked at, and what is asked there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from miners.adapters.family import Identify
from miners.adapters.registry import KINDS
from miners.contract import Kind

Doors = Mapping[int, tuple[Identify, ...]]
"""Questions by port, asked in order until one is answered."""

SIMULATED = ((Kind.BITAXE, 8080),)  # simulators stand in for port 80 where only root may listen
MOST_PORTS = 10


def doors(in_use: Iterable[tuple[str, int]] = (), *, loopback: bool = False) -> Doors:
    """The families' own ports and, beside them, those `in_use`: (kind, port) of known miners, most frequent first."""
    found: dict[int, tuple[Identify, ...]] = {}
    own = ((kind, port) for kind, family in KINDS.items() for port in family.found_at or (family.default_port,))
    moved = ((kind, port) for kind, port in in_use if kind in KINDS and port != KINDS[kind].default_port)
    for kind, port in (*own, *(SIMULATED if loopback else ()), *moved):
        question = KINDS[kind].identify
        if question is None or (port not in found and len(found) >= MOST_PORTS):
            continue
        if question not in found.get(port, ()):
            found[port] = (*found.get(port, ()), question)
    return found
