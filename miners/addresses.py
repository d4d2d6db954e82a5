"""Which addresses a device may have: those of one's own network, so that nobody makes us talk to the internet."""

from __future__ import annotations

import asyncio
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

OWN_NETWORKS = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)
LONGEST_NAME = 253
MOST_LOOKUPS = 32
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")

# Not the event loop's own threads: uvloop has four and waits for them when it closes, as long as a name server hangs.
_lookups = ThreadPoolExecutor(MOST_LOOKUPS, thread_name_prefix="names")

Address = IPv4Address | IPv6Address


def check_host(host: str, *, allow_loopback: bool) -> str:
    """The host in its canonical spelling. ValueError for anything but a private address or a name.

    A name is not resolved here: it may mean another address tomorrow, so `resolve` checks it each time it is used.
    """
    text = host.strip().rstrip(".").lower()
    literal = _literal(text)
    if literal is not None:
        return str(check_address(literal, allow_loopback=allow_loopback))
    labels = text.split(".")
    if not text or len(text) > LONGEST_NAME or not all(LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{host!r} is not an IP address or a host name (no http://, no port, no path)")
    if labels[-1].isdecimal() or labels[-1].startswith("0x"):
        raise ValueError(f"{host!r} is not a complete IP address")
    if labels[-1] == "localhost" and not allow_loopback:
        raise ValueError("localhost is this machine, not a miner in your network")
    return text


def check_address(address: Address, *, allow_loopback: bool) -> Address:
    """The address itself, an IPv4 one out of its IPv6 mapping. ValueError when it is outside one's own network."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        if allow_loopback:
            return address
        raise ValueError(f"{address} is this machine, not a miner in your network")
    if not any(address.version == network.version and address in network for network in OWN_NETWORKS):
        raise ValueError(f"{address} is not an address of a private network (10.…, 172.16-31.…, 192.168.…, fd…)")
    return address


async def resolve(host: str, *, allow_loopback: bool) -> str:
    """The checked IP address `host` means now. ValueError when it is foreign, OSError when it is not known."""
    literal = _literal(host)
    if literal is not None:
        return str(check_address(literal, allow_loopback=allow_loopback))
    asked = _lookups.submit(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
    found = await asyncio.wrap_future(asked)
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)  # devices of these families speak IPv4
    return str(check_address(ip_address(found[0][4][0]), allow_loopback=allow_loopback))


def is_literal(host: str) -> bool:
    """An IP address, not a name."""
    return _literal(host) is not None


def _literal(text: str) -> Address | None:
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None
