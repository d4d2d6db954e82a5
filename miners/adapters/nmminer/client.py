"""NMMiner on ESP32, in three generations.

- 1.x broadcasts what it does, and takes its whole configuration by UDP.
- 1.7.06 to 1.8 can also be asked by HTTP, for those whom no broadcast reaches.
- 2.x is silent and has an HTTP API.
"""

from __future__ import annotations

from ipaddress import IPv4Address

from miners.adapters import http, parse
from miners.adapters.lenient import Info, parse_object
from miners.adapters.link import Datagram, Link
from miners.adapters.nmminer import config, readings
from miners.contract import Garbled, PoolEndpoint, Reading, Refused, Target, Unreachable

UDP_PORT = 12_345  # where 1.x says how it is
UDP_PORTS = frozenset({UDP_PORT, 12_346, 12_347})  # a miner configured with one of them is only listened to
HTTP_SINCE = (2,)
SILENT_AFTER_S = 60  # twelve broadcasts missed
INFO = "/api/system/info"  # 2.x
SWARM = "/swarm"  # 1.7.06 to 1.8
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
            return readings.parse_broadcast(_object(heard), self._settings())
        self._require_http()
        return await self._ask()

    async def _ask(self) -> Reading:
        """One request, because the firmware is known from the poll before; only a new device is asked both ways."""
        for path in (SWARM, INFO) if self._was_early() else (INFO, SWARM):
            answer = await http.get_json(self.link, self.target, path)
            if answer is not None:
                return readings.parse_info(answer) if path == INFO else readings.parse_swarm(answer, self.target.host)
        raise Garbled(f"Not an NMMiner: it knows neither GET {INFO} nor GET {SWARM}.")

    def _was_early(self) -> bool:
        known = self.target.options
        return known is not None and parse.version(known.firmware) < HTTP_SINCE

    async def set_pool(self, pool: PoolEndpoint) -> None:
        """1.x: its own configuration, as it broadcast it, with the pool changed. 2.x: the setting, and a restart."""
        if self._by_udp():
            return await self._send_config(pool)
        await self._require_commands()
        await http.post(self.link, self.target, MINING, config.pool_keys(pool))
        return await http.post(self.link, self.target, RESTART)  # else it would stay with a pool that works

    async def restart(self) -> None:
        await self._post(RESTART)

    async def identify(self) -> None:
        await self._post(FIND)

    async def _post(self, path: str) -> None:
        if self._by_udp():
            raise Refused("Firmware 1.x knows no such command; 2.x does.")
        await self._require_commands()
        await http.post(self.link, self.target, path)

    async def _require_commands(self) -> None:
        """It is an NMMiner, and of the generation that takes commands by HTTP."""
        if not (await self.read()).capabilities:
            raise Refused("Firmware 1.x takes no commands by HTTP, and no broadcast of this one is heard.")

    def _heard(self) -> Datagram | None:
        heard = self.link.broadcasts.get(self.target.host)
        return heard if heard is not None and heard.age_s <= SILENT_AFTER_S else None

    def _by_udp(self) -> bool:
        return self._heard() is not None or self.target.port in UDP_PORTS

    def _require_http(self) -> None:
        if self.target.port not in UDP_PORTS:
            return
        last = self.link.broadcasts.get(self.target.host)
        since = "yet" if last is None else f"for {last.age_s:.0f} s"
        raise Unreachable(f"No broadcast of it was heard {since}.")

    def _settings(self) -> Info | None:
        """What it broadcast of its configuration. Garbage there costs the worker's name, not the reading."""
        said = self.link.configs.get(self.target.host)
        if said is None:
            return None
        try:
            return _object(said)
        except Garbled:
            return None

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


def _object(datagram: Datagram) -> Info:
    """The JSON object of a datagram."""
    return parse_object(datagram.payload, "Broadcast")
