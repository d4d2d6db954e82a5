"""The table of simulated families: which class speaks for which kind, model and firmware."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from miners.contract import Kind, PoolEndpoint
from miners.simulators.avalon import Avalon
from miners.simulators.bitaxe import Bitaxe
from miners.simulators.clock import Clock
from miners.simulators.device import Device
from miners.simulators.firmware import version
from miners.simulators.nerdqaxe import NerdQaxe
from miners.simulators.nmminer import HttpNmminer, UdpNmminer
from miners.simulators.nmminer_swarm import SINCE, ListingNmminer
from miners.simulators.spec import Fleet, MinerSpec

HTTP_SINCE = (2, 0, 0)  # NMMiner
CONFIG_PORT = 12_347  # where earlier ones take a configuration


@dataclass(frozen=True, slots=True)
class Family:
    """`models` maps a model to the firmware it has unless the fleet says otherwise."""

    models: Mapping[str, str]
    port: int  # unprivileged stand-ins for port 80; cgminer's own
    make: Callable[[MinerSpec, Sequence[PoolEndpoint], Clock, Fleet], Device]


def _nmminer(spec: MinerSpec, pools: Sequence[PoolEndpoint], clock: Clock, fleet: Fleet) -> Device:
    """Firmware 2 answers HTTP, earlier ones broadcast, and the last of these do both."""
    if version(spec.firmware) >= HTTP_SINCE:
        return HttpNmminer(spec, pools, clock, fleet.seed)
    make = ListingNmminer if version(spec.firmware) >= SINCE else UdpNmminer
    return make(spec, pools, clock, fleet.seed, fleet.nmminer)


FAMILIES: Mapping[str, Family] = {
    Kind.BITAXE: Family(
        {"gamma": "v2.12.2", "supra": "v2.9.0", "hex": "v2.6.0", "suprahex": "2.7.0-TCH"},
        8080,
        lambda spec, pools, clock, fleet: Bitaxe(spec, pools, clock, fleet.seed),
    ),
    Kind.AVALON_NANO: Family(
        {"nano3s": "25021401_56abae7", "nano3": "24071801_42c628d", "0o3": "24071801_42c628d"},
        4028,
        lambda spec, pools, clock, fleet: Avalon(spec, pools, clock, fleet.seed),
    ),
    Kind.NERDQAXE: Family(
        {"nerdqaxe++": "v1.0.36", "nerdqaxe+": "v1.0.36", "hashcard": "v1.0.30"},
        8080,
        lambda spec, pools, clock, fleet: NerdQaxe(spec, pools, clock, fleet.seed),
    ),
    Kind.NMMINER: Family({"esp32": "v2.0.04"}, 8080, _nmminer),
}


def build(spec: MinerSpec, pools: Sequence[PoolEndpoint], fleet: Fleet, clock: Clock) -> Device:
    """The device of a spec; `pools` unless it names its own."""
    return FAMILIES[spec.kind].make(spec, spec.pools or pools, clock, fleet)


def default_port(kind: str, firmware: str) -> int:
    """The port of a device whose fleet entry names none."""
    if kind == Kind.NMMINER and version(firmware) < HTTP_SINCE:
        return CONFIG_PORT
    return FAMILIES[kind].port
