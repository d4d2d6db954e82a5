"""Which networks may be searched, and which ones are worth it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, ip_network

import ifaddr

from miners.addresses import OWN_NETWORKS

WIDEST = 22  # prefix: 1022 hosts
USUAL = 24
SOME_NETWORK = "such as 192.168.1.0/24"
VIRTUAL = ("docker", "br-", "veth", "virbr", "cni", "podman", "tun", "wg", "tailscale")  # no miner hangs there


def parse_network(text: str, *, allow_loopback: bool) -> IPv4Network:
    """The network, its host bits cleared. ValueError says in one sentence why it is not searched, and what is."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        raise ValueError(f"{text[:60]!r} is not a network; enter one {SOME_NETWORK}.") from None
    if not isinstance(network, IPv4Network):
        raise ValueError(f"{network} is IPv6, which these devices are not searched by; enter one {SOME_NETWORK}.")  # noqa: TRY004  a wrong value
    if network.is_loopback and not allow_loopback:
        raise ValueError(f"{network} is this machine; enter the network your miners are in, {SOME_NETWORK}.")
    if not network.is_loopback and not _is_own(network):
        raise ValueError(f"{network} is not a private network (10.…, 172.16-31.…, 192.168.…); only such are searched.")
    if network.prefixlen < WIDEST:
        raise ValueError(
            f"{network} has {network.num_addresses} addresses; at most a /{WIDEST} (1022 hosts) is searched at once, "
            f"so enter a part of it, such as {network.network_address}/{USUAL}."
        )
    return network


def hosts_of(network: IPv4Network) -> list[str]:
    """Its addresses without those of the network and of its broadcast."""
    return [str(host) for host in network.hosts()]


def suggested(hosts: Iterable[str], *, allow_loopback: bool) -> list[IPv4Network]:
    """The networks worth searching: those of known miners (`hosts`), then those this machine is in."""
    candidates = [*_around(hosts), *_interfaces()]
    usable = (network for network in candidates if allow_loopback or not network.is_loopback)
    return list(dict.fromkeys(network for network in usable if network.is_loopback or _is_own(network)))


def _around(hosts: Iterable[str]) -> Iterator[IPv4Network]:
    for host in hosts:
        try:
            yield IPv4Network((IPv4Address(host), USUAL), strict=False)
        except ValueError:  # a name
            continue


def _interfaces() -> Iterator[IPv4Network]:
    """A network too wide to be searched counts as the part around this machine."""
    for adapter in ifaddr.get_adapters():
        for address in adapter.ips:
            if address.is_IPv4 and not adapter.name.startswith(VIRTUAL):
                prefix = address.network_prefix if address.network_prefix >= WIDEST else USUAL
                network = IPv4Network((str(address.ip), prefix), strict=False)
                if not network.is_loopback:
                    yield network


def _is_own(network: IPv4Network) -> bool:
    return any(isinstance(own, IPv4Network) and network.subnet_of(own) for own in OWN_NETWORKS)
