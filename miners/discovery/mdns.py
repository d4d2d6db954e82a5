"""AxeOS 2.15 and later announce themselves by multicast DNS. An announcement is a hint where to ask, nothing more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network

from zeroconf import InterfaceChoice, IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from miners.discovery.scan import Address

AXEOS = "_axeos._sub._http._tcp.local."
HTTP = "_http._tcp.local."
LOOPBACK = ["127.0.0.1"]
RESOLVE_MS = 1500  # an announcement names its host; the address is a second question
MOST_HINTS = 64

log = logging.getLogger(__name__)


async def announced(network: IPv4Network, *, seconds: float) -> AsyncGenerator[Address, None]:
    """What announces itself within `seconds` and lies in `network`. Nothing where multicast is not possible."""
    try:
        interfaces = LOOPBACK if network.is_loopback else InterfaceChoice.All
        ears = AsyncZeroconf(interfaces=interfaces, ip_version=IPVersion.V4Only)
    except OSError as error:
        log.warning("mDNS cannot be used here, the search goes on without it: %s", error)
        return
    names: asyncio.Queue[str] = asyncio.Queue(MOST_HINTS)
    browser = AsyncServiceBrowser(ears.zeroconf, AXEOS, handlers=[_noting(names)])
    try:
        async for name in _within(names, seconds):
            for address in await _resolved(ears.zeroconf, name, network):
                yield address
    finally:
        await browser.async_cancel()
        await ears.async_close()


async def _within(names: asyncio.Queue[str], seconds: float) -> AsyncGenerator[str, None]:
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    while (left := until - clock()) > 0:
        try:
            yield await asyncio.wait_for(names.get(), left)
        except TimeoutError:
            return


async def _resolved(ears: Zeroconf, name: str, network: IPv4Network) -> list[Address]:
    """Where the service says that it is."""
    if not name.endswith(HTTP):
        return []
    info = AsyncServiceInfo(HTTP, name)
    if not await info.async_request(ears, RESOLVE_MS) or not info.port:
        return []
    hosts = {IPv4Address(address) for address in info.parsed_addresses(IPVersion.V4Only)}
    return [(str(host), info.port) for host in sorted(hosts) if host in network]


def _noting(names: asyncio.Queue[str]) -> Callable[[Zeroconf, str, str, ServiceStateChange], None]:
    def note(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:  # noqa: ARG001
        if state_change is not ServiceStateChange.Removed:
            with suppress(asyncio.QueueFull):
                names.put_nowait(name)

    return note
