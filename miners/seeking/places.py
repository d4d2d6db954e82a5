"""Where to look for lost miners. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import islice

from miners.addresses import check_address
from miners.discovery.doors import Doors, doors
from miners.discovery.network import hosts_of
from miners.seeking.lost import Lost

AROUND = 24  # prefix of the network around the last address
MOST_ASKED = 16  # addresses a round: a repeater may answer for many


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One network, once for all who are lost in it."""

    network: IPv4Network
    hosts: tuple[str, ...]
    at: Doors
    sought: frozenset[int]


def searches(missed: Iterable[Lost], *, answering: Collection[str], allow_loopback: bool) -> list[Search]:
    """The /24 around each last address, at the ports of who is lost there, without the hosts whose miners answer."""
    around: dict[IPv4Network, list[Lost]] = {}
    for one in missed:
        if (network := _network(one.host, allow_loopback=allow_loopback)) is not None:
            around.setdefault(network, []).append(one)
    found = [_search(network, group, answering) for network, group in around.items()]
    return [search for search in found if search.at]


def _search(network: IPv4Network, group: list[Lost], answering: Collection[str]) -> Search:
    return Search(
        network=network,
        hosts=tuple(host for host in hosts_of(network) if host not in answering),
        at=doors_of(group),
        sought=frozenset(one.miner_id for one in group),
    )


def doors_of(missed: Collection[Lost]) -> Doors:
    """The ports of these miners and no others, and what is asked there. A UDP port is none."""
    ports = {one.port for one in missed}
    known = doors((one.kind, one.port) for one in missed)
    return {port: questions for port, questions in known.items() if port in ports}


def _network(host: str, *, allow_loopback: bool) -> IPv4Network | None:
    """None for IPv6, and for an address outside one's own network: nobody else is searched."""
    try:
        address = check_address(IPv4Address(host), allow_loopback=allow_loopback)
    except ValueError:
        return None
    return IPv4Network((str(address), AROUND), strict=False)


def neighbours(missed: Iterable[Lost], arp: Mapping[str, str], *, allow_loopback: bool) -> dict[str, Lost]:
    """Addresses other than its own at which the kernel has seen the MAC of a lost miner. `arp`: MAC by address."""
    by_mac = {one.mac: one for one in missed if one.mac}
    seen = ((host, by_mac.get(mac)) for host, mac in arp.items())
    likely = {host: one for host, one in seen if one is not None and host != one.host}
    near = (host for host in likely if _network(host, allow_loopback=allow_loopback) is not None)
    return {host: likely[host] for host in islice(near, MOST_ASKED)}
