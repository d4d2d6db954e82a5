"""NMMiners 2.x look for each other in their own network: whom one of them has seen."""

from __future__ import annotations

from ipaddress import IPv4Address

from miners.adapters import http
from miners.adapters.link import Link
from miners.contract import Kind, Target

ALIVE = "/alive"
MOST = 256  # its network has no more addresses


async def neighbours(host: str, port: int, link: Link) -> list[str]:
    """The IPv4 addresses it names, itself left out. Raises a DeviceError."""
    alive = await http.get_json(link, Target(kind=Kind.NMMINER, host=host, port=port), ALIVE)
    named = (alive or {}).get("ips")
    found = {address for each in named[:MOST] if (address := _address(each))} if isinstance(named, list) else set()
    return sorted(found - {host})


def _address(text: object) -> str | None:
    try:
        return str(IPv4Address(text)) if isinstance(text, str) else None
    except ValueError:
        return None
