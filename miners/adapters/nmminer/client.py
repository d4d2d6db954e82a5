"""NMMiner on ESP32: firmware 1.x only broadcasts and takes its whole configuration by UDP; 2.x has an HTTP API."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from miners.adapters import http
from miners.adapters.lenient import parse_object
from miners.adapters.link import Datagram, Link, reason
from miners.adapters.nmminer import readings
from miners.contract import Garbled, PoolEndpoint, Reading, Refused, Target, Unreachable

UDP_PORT = 12_345  # a miner with this port is of the generation that only broadcasts
SILENT_AFTER_S = 60  # twelve broadcasts missed
INFO = "/api/system/info"
MINING = "/api/setting/mining"
RESTART = "/api/system/restart"
FIND = "/api/swarm/find"
WHOLE = frozenset({"WiFiSSID", "WiFiPWD", "PrimaryPool", "PrimaryAddress", "PrimaryPassword"})


class NMMiner:
    """A fresh broadcast decides the generation; without one, the port does."""

    def __init__(self, target: Target, link: Link) -> None:
        self.target = target
        self.link = link

    async def read(self) -> Reading:
        heard = self._heard()
        if heard is not None:
            config = self.link.configs.get(self.target.host)
            return readings.parse_broadcast(_object(heard), _object(config) if config else None)
        self._require_http()
        info = await http.get_json(self.link, self.target, INFO)
        if info is None:
            raise Garbled(f"Not an NMMiner 2.x: it does not know GET {INFO}.")
        return readings.parse_info(info)

    async def set_pool(self, pool: PoolEndpoint) -> None:
        """1.x: its own configuration, as it broadcast it, with the pool changed. 2.x: the setting, and a restart."""
        values = {"PrimaryPool": pool.url, "PrimaryAddress": pool.user, "PrimaryPassword": pool.password}
        if self._by_udp():
            return await self._send_config(values)
        await self.read()
        await http.post(self.link, self.target, MINING, values)
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

    async def _send_config(self, changes: dict[str, str]) -> None:
        """A part of it could wipe its Wi-Fi, so it is sent back whole, to this one address, or not at all."""
        known = self.link.configs.get(self.target.host)
        if known is None:
            raise Refused("It has not broadcast its configuration (firmware 1.5.01 or later does), so none is sent.")
        config = _object(known)
        if not config.keys() >= WHOLE or not config["WiFiSSID"] or None in config.values():
            raise Refused("The configuration it broadcast is not whole; sending it back could cost it its Wi-Fi.")
        await self._send(config | changes)

    async def _send(self, config: Mapping[str, object]) -> None:
        loop = asyncio.get_running_loop()
        address = (self.target.host, self.link.nmminer_config_port)
        try:
            transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=address)
        except OSError as error:
            raise Unreachable(f"Its configuration cannot be sent ({reason(error)}).") from None
        try:
            receiver = transport.get_extra_info("peername")[0]  # "0.0.0.0" would mean every device
            transport.sendto(orjson.dumps({key: config[key] for key in config if key != "ip"} | {"IP": receiver}))
        finally:
            transport.close()


def _object(datagram: Datagram) -> dict[str, Any]:
    """The JSON object of a datagram."""
    return parse_object(datagram.payload, "Broadcast")
