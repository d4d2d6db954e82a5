"""A simulated AxeOS 2.15 announces itself by multicast DNS, as the firmware does; on the loopback interface only.

async with announced(simulation.device("gamma")): …
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from miners.simulators.device import Device

AXEOS = "_axeos._sub._http._tcp.local."
HTTP = "_http._tcp.local."
LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def announced(device: Device) -> AsyncIterator[None]:
    """Announce `device` for the block. OSError where the loopback interface takes no multicast."""
    tail = device.spec.mac.replace(":", "")[-4:]
    service = AsyncServiceInfo(
        AXEOS,
        f"Bitaxe Gamma 601 ({tail}).{HTTP}",
        addresses=[socket.inet_aton(device.host)],
        port=device.port,
        server=f"{device.name}-{tail}.local.",
        properties={
            "board": "601",
            "family": "Gamma",
            "asic": "BM1370",
            "asic_count": "1",
            "fw_version": device.spec.firmware,
        },
    )
    voice = AsyncZeroconf(interfaces=[LOOPBACK], ip_version=IPVersion.V4Only)
    try:
        await (await voice.async_register_service(service))
        yield
    finally:
        await voice.async_close()
