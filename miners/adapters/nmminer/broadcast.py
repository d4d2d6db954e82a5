"""One configuration for every NMMiner 1.x in the network at once. Only ever after a person has confirmed it."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from miners.adapters.nmminer import config as configs
from miners.contract import PoolEndpoint

EVERYBODY = "0.0.0.0"  # noqa: S104  the wire's word for "all miners", not an address to listen on
NETWORK = "255.255.255.255"
LOOPBACK = "127.255.255.255"


def address_for(host: str) -> str:
    """Where to send so that the device at the IP address `host` and all its neighbours hear it.

    A simulated fleet on loopback is never answered by a broadcast into the real network.
    """
    return LOOPBACK if ip_address(host).is_loopback else NETWORK


async def send_to_all(
    config: Mapping[str, Any], pool: PoolEndpoint, *, address: str, port: int, near: str | None = None
) -> None:
    """Give every device that hears it the whole of `config` with `pool`. Three datagrams; nobody acknowledges them.

    `config` is what one device broadcast on UDP 12346, `address` comes from `address_for`, `port` is 12347, and
    `near` is the IP address of that device: it chooses the network where this computer has several.

    A person must know before confirming that every NMMiner 1.x takes over everything that device has set:

    - its `PrimaryAddress` ("wallet.worker"), so that at the pool all of them are one worker of one wallet,
      and its second pool, which may hold another wallet;
    - its Wi-Fi name and password, which also go over the air to all: a device in another network loses its own;
    - screen, light, time zone, and a host name where its firmware has one among these settings.

    Refused when `config` is not whole, Unreachable when it cannot be sent. Nothing is waited for: read back what each
    of them broadcasts next.
    """
    datagram = configs.with_pool(config, pool, receiver=EVERYBODY)
    await configs.send(datagram, address=address, port=port, local=configs.local_address(near) if near else None)
