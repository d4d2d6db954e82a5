"""NMMiner on ESP32: firmware 1.x only broadcasts and takes its whole configuration by UDP; 2.x has an HTTP API."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from miners.adapters import http
from miners.adapters.lenient import parse_object
from miners.adapters.link import Datagram, Link
from miners.adapters.nmminer import config, readings
from miners.contract import Garbled, PoolEndpoint, Reading, Refused, Target, Unreachable

UDP_PORT = 12_345  # a miner with this port is of the generation that only broadcasts
SILENT_AFTER_S = 60  # twelve broadcasts missed
INFO = "/api/system/info"
MINING = "/api/setting/mining"
RESTART = "/api/system/restart"
FIND = "/api/swarm/find"


class NMMiner:
    """A fresh broadcast decides the generation; without one, the port does."""

    def __init__(self, target: Target, link: Link) -> None:
        self.target = target
        self.link = link

    async def read(self) -> Reading:
        heard = self._heard()
        if heard is not None:
            settings = self.link.configs.get(self.target.host)
            return readings.parse_broadcast(_object(heard), _object(settings) if settings else None)
        self._require_http()
        info = await http.get_json(self.link, self.target, INFO)
        if info is None:
            raise Garbled(f"Not an NMMiner 2.x: it does not know GET {INFO}.")
        return readings.parse_info(info)

    async def set_pool(self, pool: PoolEndpoint) -> None:
        """1.x: its own configuration, as it broadcast it, with the pool changed. 2.x: the setting, and a restart."""
        if self._by_udp():
            return await self._send_config(pool)
        await self.read()
        await http.post(self.link, self.target, MINING, config.pool_keys(pool))
        return await http.post(self.link, self.target, RESTART)  # else it would stay with a pool that works

    async def restart(self) -> None:
        await self._post(RESTART)

    async def identify(self) -> None:
        await self._post(FIND)

    async def _post(self, path: str) -> None:
        if self._by_udp():
            raise Refused("Firmware 1.x knows no such command; 2.x does.")
        await self.read()
        await http.post(self.link, self.target, path)

    def _heard(self) -> Datagram | None:
        heard = self.link.broadcasts.get(self.target.host)
        return heard if heard is not None and heard.age_s <= SILENT_AFTER_S else None

    def _by_udp(self) -> bool:
        return self._heard() is not None or self.target.port == UDP_PORT

    def _require_http(self) -> None:
        if self.target.port != UDP_PORT:
            return
        last = self.link.broadcasts.get(self.target.host)
        since = "yet" if last is None else f"for {last.age_s:.0f} s"
        raise Unreachable(f"No broadcast of it was heard {since}.")

    async def _send_config(self, pool: PoolEndpoint) -> None:
        """To this one address. It is proved by the pool its next broadcasts name."""
        known = self.link.configs.get(self.target.host)
        if known is None:
            raise Refused("It has not broadcast its configuration (firmware 1.5.01 or later does), so none is sent.")
        host = _one_device(self.target.host)
        datagram = config.with_pool(_object(known), pool, receiver=host)
        await config.send(datagram, address=host, port=self.link.nmminer_config_port)


def _one_device(host: str) -> str:
    """The IPv4 address; Refused for a name and for the addresses that mean many, which the firmware would obey."""
    try:
        address = IPv4Address(host)
    except ValueError:
        raise Refused(f"A configuration is sent to an IPv4 address, which {host} is not.") from None
    if address.is_unspecified or address.is_multicast or address.is_reserved:
        raise Refused(f"A configuration is sent to one device, which {host} is not.")
    return str(address)


def _object(datagram: Datagram) -> dict[str, Any]:
    """The JSON object of a datagram."""
    return parse_object(datagram.payload, "Broadcast")
