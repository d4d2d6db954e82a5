"""The configuration of an NMMiner 1.x: the device broadcasts it, and takes it back on UDP 12347, whole.

What is missing from it falls back to the factory's setting, the Wi-Fi among them, so a part of it is never sent.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from typing import Any

import orjson

from miners.adapters.link import reason
from miners.contract import PoolEndpoint, Refused, Unreachable

REPEATS = 3  # nothing acknowledges a datagram, and Wi-Fi loses them; the vendor's own client repeats ten times
REPEAT_EVERY_S = 0.1  # all of them have come before the device is back from the restart that the first one causes
WHOLE = frozenset({"WiFiSSID", "WiFiPWD", "PrimaryPool", "PrimaryAddress", "PrimaryPassword"})


def pool_keys(pool: PoolEndpoint) -> dict[str, str]:
    """`pool` in the words of every generation."""
    return {"PrimaryPool": pool.url, "PrimaryAddress": pool.user, "PrimaryPassword": pool.password}


def with_pool(config: Mapping[str, Any], pool: PoolEndpoint, *, receiver: str) -> bytes:
    """The datagram that moves `receiver` (an IP address, 0.0.0.0 for everybody) to `pool`, all else being kept.

    Refused unless `config`, what a device broadcast on UDP 12346, is whole.
    """
    if not config.keys() >= WHOLE or None in config.values() or not _has_wifi(config):
        raise Refused("The configuration it broadcast is not whole; sending it back could cost it its Wi-Fi.")
    kept = {key: value for key, value in config.items() if key not in {"IP", "ip"}}
    return orjson.dumps({"IP": receiver, **kept, **pool_keys(pool)})


def _has_wifi(config: Mapping[str, Any]) -> bool:
    """A password may be empty, of an open network, but not stars: they would be taken for the password."""
    name, password = config["WiFiSSID"], config["WiFiPWD"]
    return (
        isinstance(name, str)
        and bool(name)
        and isinstance(password, str)
        and (not password or password.strip("*") != "")
    )


async def send(datagram: bytes, *, address: str, port: int, local: str | None = None) -> None:
    """Send it `REPEATS` times. `local`: the own address it leaves from, which chooses the network of a broadcast."""
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol,
            remote_addr=(address, port),
            local_addr=(local, 0) if local else None,
            allow_broadcast=True,
        )
    except OSError as error:
        raise Unreachable(f"Its configuration cannot be sent ({reason(error)}).") from None
    try:
        for number in range(REPEATS):
            if number:
                await asyncio.sleep(REPEAT_EVERY_S)
            transport.sendto(datagram)
    finally:
        transport.close()


def local_address(host: str) -> str:
    """The own address that faces `host`. Nothing is sent. Unreachable when there is no way to it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))
        except OSError as error:
            raise Unreachable(f"There is no way to {host} ({reason(error)}).") from None
        return str(probe.getsockname()[0])
