"""Who moves where when devices have changed their addresses among themselves. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Address:
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def plan(proven: Mapping[int, Address], addresses: Mapping[int, Address]) -> dict[int, Address]:
    """The new addresses of all miners that must move; no two share one afterwards.

    `proven`: where miners' devices answer now; of two at one address one is believed, who has it already first.
    `addresses`: what every miner has. Who loses its address to another is lost, and gets the one that became free.
    """
    holders = {address: miner_id for miner_id, address in addresses.items()}
    believed: dict[Address, int] = {}
    for miner_id in sorted(proven, key=lambda miner_id: (addresses[miner_id] != proven[miner_id], miner_id)):
        believed.setdefault(proven[miner_id], miner_id)
    moves = {miner_id: address for address, miner_id in believed.items() if addresses[miner_id] != address}
    came_from = {address: addresses[miner_id] for miner_id, address in moves.items()}
    driven = {holders[address]: address for address in came_from if holders.get(address, -1) not in (-1, *moves)}
    return moves | {miner_id: _beginning(address, came_from) for miner_id, address in driven.items()}


def _beginning(address: Address, came_from: Mapping[Address, Address]) -> Address:
    """The free end of the chain of moves that ends at `address`."""
    while address in came_from:
        address = came_from[address]
    return address
