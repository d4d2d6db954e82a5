"""The network filter of AxeOS and the NerdQAxe, as far as loopback can show it: the `Origin` of a browser."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_HOME = tuple(ipaddress.ip_network(network) for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def from_home(origin: str | None) -> bool:
    """Only private networks pass; none at all is fine."""
    if origin is None:
        return True
    try:
        address = ipaddress.ip_address(urlsplit(origin).hostname or "")
    except ValueError:
        return False
    return any(address in network for network in _HOME)
