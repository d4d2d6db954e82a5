"""Who answers at an address: one question a protocol, whichever family speaks it. No change, no login."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from miners.adapters import axeos_common, cgminer, fingerprint, http, nerdqaxe, parse
from miners.adapters.avalon_nano import reading as avalon_nano
from miners.adapters.avalon_nano.answer import understand
from miners.adapters.bitaxe import info as bitaxe
from miners.adapters.lenient import Info, parse_object
from miners.adapters.link import Datagram, Link
from miners.adapters.nmminer import readings as nmminer
from miners.adapters.nmminer.client import SILENT_AFTER_S, UDP_PORT
from miners.contract import DeviceError, Found, Kind, Reading, Target, Way

PROBE = "/probe"
STRANGER = "unknown"

READ: Mapping[str, Callable[[Info], Reading]] = {
    Kind.BITAXE: lambda info: bitaxe.parse_info(info, bitaxe.options_of(info, None)),
    Kind.NERDQAXE: lambda info: nerdqaxe.parse_info(info, nerdqaxe.options_of(info, None)),
    Kind.NMMINER: nmminer.parse_info,
}


async def over_http(host: str, port: int, link: Link) -> Found | None:
    """GET /api/system/info; where there is none, it may still be an NMMiner that knows GET /probe."""
    target = Target(kind=STRANGER, host=host, port=port)
    info = await http.get_json(link, target, axeos_common.INFO)
    kind = None if info is None else fingerprint.of_info(info)
    if info is not None and kind is not None:
        return _found(kind, host, port, READ[kind](info)) if kind in READ else None  # an NMAxe is none of ours
    return _nmminer(host, port, await http.get_json(link, target, PROBE))


async def over_cgminer(host: str, port: int, link: Link) -> Found | None:
    """`version`; a Nano 3 does not tell its identity there, so `estats` too. Garbled for every other cgminer."""
    target = Target(kind=STRANGER, host=host, port=port)
    joined: dict[str, object] = {"version": [await cgminer.command(link, target, "version")]}
    nano = understand(joined)
    if nano.identity is None:
        nano = understand(joined | {"estats": [await cgminer.command(link, target, "estats")]})
    return _found(Kind.AVALON_NANO, host, port, avalon_nano.of(nano))


def heard(host: str, broadcasts: Mapping[str, Datagram]) -> Found | None:
    """The NMMiner 1.x that lately broadcast from `host`: nothing needs to be asked."""
    said = broadcasts.get(host)
    if said is None or said.age_s > SILENT_AFTER_S:
        return None
    try:
        reading = nmminer.parse_broadcast(parse_object(said.payload, "Broadcast"))
    except DeviceError:
        return None
    return _found(Kind.NMMINER, host, UDP_PORT, reading, way=Way.BROADCAST)


def _found(kind: str, host: str, port: int, reading: Reading, *, way: Way = Way.SCAN) -> Found:
    return Found(
        kind=kind,
        host=host,
        port=port,
        way=way,
        mac=reading.mac,
        model=reading.model,
        firmware=reading.firmware,
        hostname=reading.hostname,
        hashrate_ghs=reading.hashrate_ghs,
    )


def _nmminer(host: str, port: int, probe: Info | None) -> Found | None:
    if probe is None or probe.get("model") != "NMMiner":
        return None
    hashes = parse.number(probe.get("hr"), 0, nmminer.FASTEST_GHS * 1e9)
    return Found(
        kind=Kind.NMMINER,
        host=host,
        port=port,
        model="NMMiner",
        firmware=parse.text(probe.get("ver")),
        hostname=parse.text(probe.get("hostname")),
        hashrate_ghs=None if hashes is None else hashes / 1e9,
    )
