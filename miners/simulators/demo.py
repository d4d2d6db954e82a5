"""The demo's fleet: every family, every way of switching off, and the services around them. Pure description.

Instances lie side by side: instance n has addresses 127.(20+n).x.y, and its UDP ports are 10 n above the usual ones.
Off by: firmware pause (gamma-green), shutdown (nerd-east), own plug (the Nanos), a shared plug (supra-attic with
nerd-west, the two lottery miners), nothing (gamma-blue: its lowest mode).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from miners.contract import Kind
from miners.simulators.spec import PRICE_SERVICES, Fleet, MinerSpec, Nmminer, ServiceSpec, mac_of

HIGHEST_INSTANCE = 200
SEED = 7
LATENCY_MS = (20.0, 90.0)
HTTP_PORT = 8080
CGMINER_PORT = 4028
STATUS_PORT = 12_345
COINS_PORT = 8083
AFTERNOON_MINUTE = 13 * 60 + 30

# name, kind, model, firmware, plug
MINERS = (
    ("gamma-blue", Kind.BITAXE, "gamma", "v2.12.2", None),
    ("gamma-green", Kind.BITAXE, "gamma", "v2.15.0", None),
    ("supra-attic", Kind.BITAXE, "supra", "v2.4.5", "switch.workbench"),
    ("nerd-east", Kind.NERDQAXE, "nerdqaxe++", "v1.0.36", None),
    ("nerd-west", Kind.NERDQAXE, "nerdqaxe++", "v1.0.34", "switch.workbench"),
    ("nano-hall", Kind.AVALON_NANO, "nano3", "24071801_42c628d", "switch.nano_hall"),
    ("nano-study", Kind.AVALON_NANO, "nano3s", "25021401_56abae7", "switch.nano_study"),
    ("lottery-kitchen", Kind.NMMINER, "esp32", "v1.8.10", "switch.lottery"),
    ("lottery-shelf", Kind.NMMINER, "esp32", "v2.0.04", "switch.lottery"),
)


def fleet(instance: int = 0, *, shift_minutes: int = 0) -> Fleet:
    """The demo's fleet; `shift_minutes` moves the shape of the price curve to later in the day."""
    if not 0 <= instance <= HIGHEST_INSTANCE:
        raise ValueError(f"instance {instance} is not from 0 to {HIGHEST_INSTANCE}")
    network = f"127.{20 + instance}"
    udp = STATUS_PORT + 10 * instance
    return Fleet(
        miners=tuple(_miner(index, network, config_port=udp + 2) for index in range(len(MINERS))),
        services=(
            ServiceSpec(kind="octopus", name="octopus", host=f"{network}.0.2", port=8081, shift_minutes=shift_minutes),
            *_price_services(network, shift_minutes),
            ServiceSpec(kind="home_assistant", name="home-assistant", host=f"{network}.0.3", port=8123),
            ServiceSpec(kind="mqtt", name="mqtt", host=f"{network}.0.6", port=1883),
            ServiceSpec(kind="coins", name="coins", host=f"{network}.0.7", port=COINS_PORT),
            ServiceSpec(kind="pool", name="solo", host=f"{network}.0.4", port=3333),
            ServiceSpec(kind="pool", name="steady", host=f"{network}.0.5", port=3333),
        ),
        nmminer=Nmminer(status_port=udp, config_broadcast_port=udp + 1),
        control_host=f"{network}.0.1",
        control_port=8899,
        seed=SEED,
    )


def _price_services(network: str, shift_minutes: int) -> Iterator[ServiceSpec]:
    """What a person who tries another tariff finds."""
    for address, kind in enumerate(PRICE_SERVICES, start=21):
        name = kind.replace("_", "-")
        yield ServiceSpec(kind=kind, name=name, host=f"{network}.0.{address}", port=8082, shift_minutes=shift_minutes)


def shift_for(now: datetime, zone: str = "Europe/London") -> int:
    """The shift that makes `now` an early afternoon: everything mines, and the dear evening is two hours away."""
    local = now.astimezone(ZoneInfo(zone))
    return ((local.hour * 60 + local.minute - AFTERNOON_MINUTE) // 30 * 30) % 1440


def _miner(index: int, network: str, *, config_port: int) -> MinerSpec:
    name, kind, model, firmware, switch = MINERS[index]
    ports = {Kind.AVALON_NANO: CGMINER_PORT, Kind.NMMINER: config_port if firmware < "v2" else HTTP_PORT}
    return MinerSpec(
        name=name,
        kind=kind,
        model=model,
        firmware=firmware,
        host=f"{network}.1.{index + 1}",
        port=ports.get(kind, HTTP_PORT),
        mac=mac_of(SEED, name),
        latency_ms=LATENCY_MS,
        switch=switch,
    )
