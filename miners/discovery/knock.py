"""One TCP connect: is a door open?"""

from __future__ import annotations

import asyncio
import socket
from enum import Enum, auto


class Door(Enum):
    OPEN = auto()
    CLOSED = auto()  # somebody is there and says no, or the network says that nobody is
    SILENT = auto()  # no answer in time: nobody, a firewall, or a device whose Wi-Fi sleeps


async def knock(host: str, port: int, *, within_s: float) -> Door:
    """Connect to an IPv4 address and hang up. OSError when this machine has no socket left."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        try:
            async with asyncio.timeout(within_s):
                await asyncio.get_running_loop().sock_connect(sock, (host, port))
        except TimeoutError:
            return Door.SILENT
        except OSError:
            return Door.CLOSED
        return Door.OPEN
