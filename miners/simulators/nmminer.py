"""An NMMiner: the generation that broadcasts on UDP (1.x), and the one that answers HTTP (2.x)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from miners.contract import PoolEndpoint
from miners.simulators import nmminer_face
from miners.simulators.clock import Clock
from miners.simulators.device import Device
from miners.simulators.endpoint import says_which
from miners.simulators.faults import GARBAGE, HTML, FaultKind
from miners.simulators.firmware import version
from miners.simulators.http import HttpEndpoint, Request, Response, json, text
from miners.simulators.machine import SetPoint
from miners.simulators.spec import MinerSpec, Nmminer

BROADCAST_EVERY_S = 5.0
TAKES_CONFIG_SINCE = (1, 5, 1)
LOOPBACK_BROADCAST = "127.255.255.255"
EVERYBODY = "0.0.0.0"  # noqa: S104  the wire's word for "all miners", not an address to listen on
SHARE_DIFFICULTY = 0.001
HASHING = SetPoint(0.0010154, 0.9, 48.5)
IDLE = SetPoint(0.0, 0.6, 40.0)


class Lottery(Device):
    """What both generations share; `config` holds the vendor's keys."""

    boot_s = 4.0
    share_difficulty = SHARE_DIFFICULTY

    def __init__(self, spec: MinerSpec, pools: Sequence[PoolEndpoint], clock: Clock, seed: int) -> None:
        super().__init__(spec, pools, clock, seed)
        self.firmware = version(spec.firmware)
        self.config = nmminer_face.configured(self.pools[0], self.pools[-1])
        self.mining_at = dict(self.config)

    def set_point(self) -> SetPoint:
        return IDLE if self.overheated or not self.mining_at["PrimaryPool"] else HASHING

    def on_boot(self) -> None:
        self.overheated = False
        self.mining_at = dict(self.config)

    def overheat(self) -> None:
        self.overheated = True
        self.retarget()

    @property
    def pool(self) -> str:
        """`host:port` of the pool it mines at."""
        return str(self.mining_at["PrimaryPool"]).rpartition("//")[2].lower()

    def truth(self) -> dict[str, Any]:
        return {
            "pool": self.pool,
            "pool_user": self.mining_at["PrimaryAddress"],
            "wifi_ssid": self.config["WiFiSSID"],
        }


class UdpNmminer(Lottery):
    """Broadcasts status and configuration; takes a configuration on its port. No MAC anywhere."""

    def __init__(self, spec: MinerSpec, pools: Sequence[PoolEndpoint], clock: Clock, seed: int, udp: Nmminer) -> None:
        super().__init__(spec, pools, clock, seed)
        self._udp = udp
        self._transport: asyncio.DatagramTransport | None = None
        self._everybody: asyncio.DatagramTransport | None = None
        self._next: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        if self._transport is not None:
            return
        loop = asyncio.get_running_loop()
        sock = self._socket(self.host, socket.SO_BROADCAST)
        self.port = sock.getsockname()[1]
        self._transport, _ = await loop.create_datagram_endpoint(lambda: _Inbox(self), sock=sock)
        broadcasts = self._socket(LOOPBACK_BROADCAST, socket.SO_REUSEADDR)  # all devices of the fleet hear there
        self._everybody, _ = await loop.create_datagram_endpoint(lambda: _Inbox(self), sock=broadcasts)
        self.stay_dark_if_asleep()
        self._next = loop.call_later(self.random.uniform(0, 1) * self.clock.real(1), self._broadcast)

    def _socket(self, host: str, option: int) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, option, 1)
        with says_which(self.name, host, self.port, sock):
            sock.bind((host, self.port))
            sock.setblocking(False)
        return sock

    def close(self) -> None:
        if self._next is not None:
            self._next.cancel()
        for transport in (self._transport, self._everybody):
            if transport is not None:
                transport.close()
        self._transport = self._everybody = None

    @property
    def listening(self) -> bool:
        return self._transport is not None

    @property
    def awake(self) -> bool:
        """Without its network's name it is lost to us."""
        return super().awake and bool(self.config["WiFiSSID"])

    def _broadcast(self) -> None:
        if self._transport is None:
            return
        self._next = asyncio.get_running_loop().call_later(self.clock.real(BROADCAST_EVERY_S), self._broadcast)
        status = nmminer_face.status(self.sample(), self.firmware, self.spec.firmware, self.host, self.pool)
        self._send(orjson.dumps(status), self._udp.status_port)
        if self.firmware >= TAKES_CONFIG_SINCE:
            self._send(orjson.dumps({"IP": self.host, **self.config}), self._udp.config_broadcast_port)

    def _send(self, datagram: bytes, port: int) -> None:
        fault = self.take_fault()
        kind = fault.kind if fault else None
        if kind is FaultKind.TIMEOUT or self._transport is None:
            return
        broken = {
            FaultKind.GARBAGE: GARBAGE,
            FaultKind.HTML: HTML,
            FaultKind.EMPTY: b"",
            FaultKind.TRUNCATED: datagram[: len(datagram) // 2],
        }
        payload = datagram if kind is None else broken.get(kind, datagram)
        self._transport.sendto(payload, (self._udp.broadcast_address, port))

    def receive(self, datagram: bytes) -> None:
        """A configuration: the whole object counts, what is missing falls back to the factory's."""
        self.counters.write(f"UDP {datagram[:200].decode(errors='replace')}")
        try:
            body = orjson.loads(datagram)
        except ValueError:
            return
        if self.firmware < TAKES_CONFIG_SINCE or not isinstance(body, dict):
            return
        if body.get("IP") not in {self.host, EVERYBODY}:
            return
        self.config = {key: body.get(key, default) for key, default in nmminer_face.FACTORY.items()}
        self.reboot()


class _Inbox(asyncio.DatagramProtocol):
    def __init__(self, miner: UdpNmminer) -> None:
        self._miner = miner

    def datagram_received(self, data: bytes, _sender: tuple[str | Any, int]) -> None:
        self._miner.receive(data)


class HttpNmminer(Lottery, HttpEndpoint):
    """Firmware 2.x: no UDP, nested JSON, partial settings."""

    def handle(self, request: Request) -> Response:
        match request.method, request.path:
            case "GET", "/probe":
                return json(self._probe())
            case "GET", "/api/system/info":
                return json(self._info())
            case "GET", "/api/setting/mining":
                return json({key: self.config[key] for key in _MINING})
            case "POST", "/api/setting/mining":
                return self._configure(request)
            case "POST", "/api/system/restart":
                self.after(0.5, self.reboot)
                return json({"status": "ok"})
        return self._rest(request)

    def _rest(self, request: Request) -> Response:
        if (request.method, request.path) == ("GET", "/alive"):
            ips = [self.host]
            return json(
                {"self": self.host, "ips": ips, "scanning": False, "progress": 0, "total": 254, "next_scan_in": 60}
            )
        if (request.method, request.path) == ("POST", "/api/swarm/find"):
            return json({"status": "ok"})
        return text("Not found", 404)

    def _configure(self, request: Request) -> Response:
        """Only the keys that are sent; used on the next connection to the pool."""
        try:
            body = request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return text("Bad Request", 400)
        self.config |= {key: str(value) for key, value in body.items() if key in _MINING}
        self.mining_at = dict(self.config)
        self.retarget()
        return text("OK")

    def _probe(self) -> Mapping[str, Any]:
        sample = self.sample()
        return {
            "model": "NMMiner",
            "hostname": self.name,
            "ver": self.spec.firmware,
            "sw": 320,
            "sh": 240,
            "hr": round(sample.hashrate_ghs * 1e9),
            "sbd": round(sample.best_session_difficulty, 4),
            "ebd": round(sample.best_difficulty, 4),
            "ut": sample.uptime_s,
        }

    def _info(self) -> Mapping[str, Any]:
        sample = self.sample()
        return {
            "identity": {"hwModel": "NMMiner", "hostName": self.name, "fwVersion": self.spec.firmware, "rssi": -52},
            "miner": {
                "hashRate": round(sample.hashrate_ghs, 9),
                "sAccepted": sample.accepted,
                "sRejected": sample.rejected,
                "uptimeSeconds": sample.uptime_s,
                "uptimeEver": sample.uptime_s + nmminer_face.EARLIER_UPTIME_S,
                "networkDiff": "112392546849.9999",
                "poolDiff": "0.00100",
                "lastDiff": "0.00130",
                "bestDiffSession": f"{sample.best_session_difficulty:.5f}",
                "bestDiffEver": f"{sample.best_difficulty:.5f}",
                "blkhits": 0,
                "freeHeap": 118_432,
                "minFreeHeap": 94_312,
            },
            "stratum": {"url": self.pool, "user": self.mining_at["PrimaryAddress"]},
            "temps": {"vcore": round(sample.temperature_c, 1), "asic": None},
            "storage": {"fsTotal": 1_048_576, "fsUsed": 262_144},
        }


_MINING = (
    "PrimaryPool",
    "PrimaryAddress",
    "PrimaryPassword",
    "SecondaryPool",
    "SecondaryAddress",
    "SecondaryPassword",
)
