"""What a simulated fleet consists of, as values: no sockets, importable without starting anything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from miners.contract import PoolEndpoint

PRICE_SERVICES = ("agile_predict", "tibber", "nord_pool", "energy_charts", "awattar")


@dataclass(frozen=True, slots=True, kw_only=True)
class MinerSpec:
    """One simulated miner. `port` 0 takes a free one; of an NMMiner on UDP it is where it takes configurations."""

    name: str
    kind: str  # miners.contract.Kind
    model: str
    firmware: str
    host: str
    port: int
    mac: str  # aa:bb:cc:dd:ee:ff, what the device reports where its firmware reports one
    latency_ms: tuple[float, float] = (0, 0)
    switch: str | None = None  # entity of the plug that feeds it
    pools: tuple[PoolEndpoint, ...] = ()  # empty: the simulated pools of the fleet
    otp: str = ""  # NerdQAxe: the code that every protected request must carry
    web_user: str = "root"  # Avalon
    web_password: str = "root"  # noqa: S105  a simulated device's factory login

    @property
    def reported_mac(self) -> str | None:
        """What a manager can know: the Nano 3 and the NMMiners tell no MAC."""
        return None if self.model in {"nano3", "0o3", "esp32"} else self.mac


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpec:
    """One simulated service: octopus, home_assistant, mqtt, pool, or one of PRICE_SERVICES."""

    kind: str
    name: str
    host: str
    port: int
    latency_ms: tuple[float, float] = (0, 0)
    token: str = "simulated-token"  # noqa: S105  Home Assistant, MQTT: what it accepts
    prices: str = ""  # Octopus: a CSV file instead of the made-up prices
    prices_from: str = ""  # and the day of it, such as 2023-01-01, that is served as today
    shift_minutes: int = 0  # Octopus: the made-up day happens so much later

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nmminer:
    """The UDP ports of the NMMiner generation that broadcasts."""

    status_port: int = 12_345
    config_broadcast_port: int = 12_346
    broadcast_address: str = "127.255.255.255"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    miners: tuple[MinerSpec, ...] = ()
    services: tuple[ServiceSpec, ...] = ()
    nmminer: Nmminer = Nmminer()
    control_host: str = "127.0.0.1"
    control_port: int = 0
    speed: float = 1.0
    seed: int = 0

    def service(self, kind: str) -> ServiceSpec:
        """The first service of a kind; KeyError when the fleet has none."""
        for spec in self.services:
            if spec.kind == kind:
                return spec
        raise KeyError(f"no {kind!r} in this fleet")

    @property
    def pools(self) -> tuple[ServiceSpec, ...]:
        return tuple(spec for spec in self.services if spec.kind == "pool")

    @property
    def switches(self) -> dict[str, tuple[str, ...]]:
        """Plug entity to the names of the miners it feeds."""
        plugs: dict[str, tuple[str, ...]] = {}
        for spec in self.miners:
            if spec.switch:
                plugs[spec.switch] = (*plugs.get(spec.switch, ()), spec.name)
        return plugs

    @property
    def control_url(self) -> str:
        return f"http://{self.control_host}:{self.control_port}"


def mac_of(seed: int, name: str) -> str:
    """A locally administered MAC address, always the same for the same name and seed."""
    digest = hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
    return ":".join(["02", *(digest[index : index + 2] for index in range(0, 10, 2))])
