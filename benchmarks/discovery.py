#!/usr/bin/env python
"""A /24 with 13 devices of every family and generation among silent hosts: how long until all are recognised.

    .venv/bin/python benchmarks/discovery.py

README.md says what the three networks are. The one with real ARP needs root for network namespaces of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, time
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import uvloop  # noqa: E402

from miners import listener  # noqa: E402
from miners.adapters.link import Datagram, open_link  # noqa: E402
from miners.contract import Found  # noqa: E402
from miners.discovery.doors import Doors, doors  # noqa: E402
from miners.discovery.network import hosts_of, parse_network  # noqa: E402
from miners.discovery.probe import ANSWER_S  # noqa: E402
from miners.discovery.scan import Limits, scan  # noqa: E402
from miners.listener.__main__ import bound  # noqa: E402
from miners.listener.mailbox import LARGEST, Mailbox  # noqa: E402
from miners.simulators.simulation import Simulation  # noqa: E402
from miners.simulators.spec import Fleet, MinerSpec, Nmminer, mac_of  # noqa: E402

DEVICES = (  # kind, model, firmware
    ("bitaxe", "supra", "v2.4.5"),
    ("bitaxe", "hex", "v2.6.0"),
    ("bitaxe", "gamma", "v2.9.0"),
    ("bitaxe", "gamma", "v2.12.2"),
    ("bitaxe", "gamma", "v2.15.0"),
    ("nerdqaxe", "hashcard", "v1.0.30"),
    ("nerdqaxe", "nerdqaxe++", "v1.0.34"),
    ("nerdqaxe", "nerdqaxe++", "v1.0.36"),
    ("avalon_nano", "nano3", "24071801_42c628d"),
    ("avalon_nano", "nano3s", "25021401_56abae7"),
    ("nmminer", "esp32", "v2.0.04"),
    ("nmminer", "esp32", "v1.8.10"),
    ("nmminer", "esp32", "v1.5.01"),
)
LOOPBACK, VETH = "127.77.0.0/24", "10.77.0.0/24"
STATUS_PORT = 13_345
BROADCASTERS = 2
HEARD_WITHIN_S = 15
LATENCY_MS = (30, 150)
ROUNDS = 3
EVERY = 19  # the devices' last numbers: 5, 24, 43 …


def fleet_of(network: str) -> Fleet:
    loopback = network == LOOPBACK
    base = network.rpartition(".")[0]

    def spec(index: int) -> MinerSpec:
        kind, model, firmware = DEVICES[index]
        web = 8080 if loopback else 80
        port = {"avalon_nano": 4028, "nmminer": web if firmware >= "v2" else 13_347}.get(kind, web)
        host, name = f"{base}.{5 + EVERY * index}", f"{model}-{index}"
        return MinerSpec(
            name=name, kind=kind, model=model, firmware=firmware, host=host, port=port, mac=mac_of(1, name),
            latency_ms=LATENCY_MS,
        )  # fmt: skip

    broadcast = "127.255.255.255" if loopback else f"{base}.255"
    udp = Nmminer(status_port=STATUS_PORT, config_broadcast_port=STATUS_PORT + 1, broadcast_address=broadcast)
    return Fleet(miners=tuple(spec(index) for index in range(len(DEVICES))), nmminer=udp)


async def serve(network: str) -> None:
    """The devices, in a process of their own: "ready", and then the counters for each line that is read."""
    async with Simulation(fleet_of(network)) as simulation:
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            counters = [device.counters for device in simulation.devices]
            told = {
                "connections": sum(each.connections for each in counters),
                "reads": sum(each.reads for each in counters),
            }
            print(json.dumps(told | {"writes": sum(each.writes for each in counters)}), flush=True)


@contextmanager
def devices(network: str, *, apart: bool = False) -> Iterator[Any]:
    """The process of the devices; `apart` in a network namespace of its own, at the other end of a cable."""
    command = [sys.executable, __file__, "--serve", network]
    with subprocess.Popen(
        ["unshare", "-n", *command] if apart else command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            if apart:
                assert process.stdout.readline() == "here\n"
                run("ip", "link", "set", "far", "netns", str(process.pid))
                run("ip", "address", "add", VETH.replace(".0/", ".254/"), "dev", "near")
                run("ip", "link", "set", "near", "up")
                process.stdin.write("go\n")
                process.stdin.flush()
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.stdin.close()
            process.wait(20)


def counters(process: Any) -> dict[str, int]:
    process.stdin.write("\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def heard(network: str) -> dict[str, Datagram]:
    """What the listener would have kept: the broadcasts of that network."""
    mailbox, said = Mailbox(), {}
    with bound(STATUS_PORT) as ear:
        ear.setblocking(True)
        ear.settimeout(HEARD_WITHIN_S)
        while len(said) < BROADCASTERS:
            payload, (source, _) = ear.recvfrom(LARGEST + 1)
            if source.startswith(network.rpartition(".")[0]):
                mailbox.put(listener.STATUS, source, payload, now=time())
                said[source] = Datagram(payload, 0)
    return said


@contextmanager
def silence(network: str, at: Doors) -> Iterator[list[int]]:
    """Nobody at any other address: a listener whose queue is full, so that the kernel drops what knocks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    lived_in = {spec.host for spec in fleet_of(network).miners}
    ports = [port for port in at if port >= 1024 or os.geteuid() == 0]
    with ExitStack() as stack:
        for host in hosts_of(parse_network(network, allow_loopback=True)):
            for port in ports if host not in lived_in else ():
                full = stack.enter_context(socket.socket())
                full.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                full.bind((host, port))
                full.listen(0)
                filler = stack.enter_context(socket.socket())
                filler.setblocking(False)
                filler.connect_ex((host, port))
        yield ports


async def search(network: str, at: Doors, said: Mapping[str, Datagram]) -> tuple[float, list[Found]]:
    started = monotonic()
    async with open_link(timeout_s=ANSWER_S, broadcasts=said) as link:
        hosts = hosts_of(parse_network(network, allow_loopback=True))
        found = await scan(hosts, link=link, limits=Limits(doors=at), found=lambda _: None)
    return monotonic() - started, found


def measure(title: str, network: str, at: Doors, process: Any) -> bool:
    """Search some times; whether everything was recognised each time, and in three seconds."""
    said = heard(network)
    expected = sorted((spec.kind, spec.host) for spec in fleet_of(network).miners)
    before, rounds, complete = counters(process), [], True
    for _ in range(ROUNDS):
        seconds, found = uvloop.run(search(network, at, said))
        rounds.append(seconds)
        complete = complete and sorted((each.kind, each.host) for each in found) == expected
        number = len(found)
    after = counters(process)
    spent = {key: (after[key] - before[key]) / ROUNDS for key in after}
    print(
        f"{title:44s} {number} of {len(DEVICES)}  median {median(rounds):.2f} s, slowest {max(rounds):.2f} s"
        f"  {spent['connections']:.0f} connections, {spent['reads']:.0f} requests, {spent['writes']:.0f} writes"
        f"  {'' if complete else 'WRONG'}",
        flush=True,
    )
    return complete and max(rounds) <= 3


def on_loopback() -> bool:
    at = doors(loopback=True)
    with devices(LOOPBACK) as process:
        well = measure("loopback, the others refuse", LOOPBACK, at, process)
        with silence(LOOPBACK, at) as ports:
            title = f"loopback, the others silent at {', '.join(map(str, sorted(ports)))}"
            return measure(title, LOOPBACK, at, process) and well


def on_a_cable() -> bool:
    """In a namespace of our own: a cable, 13 addresses at its other end, nobody at the others, as ARP then says."""
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far")
    with devices(VETH, apart=True) as process:
        return measure("veth, nobody at the other addresses", VETH, doors(), process)


def plug_in() -> None:
    """The far end of the cable, in its namespace."""
    print("here", flush=True)
    sys.stdin.readline()
    run("ip", "link", "set", "lo", "up")
    for spec in fleet_of(VETH).miners:
        run("ip", "address", "add", f"{spec.host}/24", "broadcast", "+", "dev", "far")
    run("ip", "link", "set", "far", "up")


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", metavar="NETWORK", help=argparse.SUPPRESS)
    parser.add_argument("--cable", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        if options.serve == VETH:
            plug_in()
        asyncio.run(serve(options.serve))
        return 0
    if options.cable:
        return 0 if on_a_cable() else 1
    well = on_loopback()
    if os.geteuid() or not (shutil.which("unshare") and shutil.which("ip")):
        print("no network namespaces here (root, unshare and ip are needed): the cable is left out")
        return 0 if well else 1
    apart = subprocess.run(["unshare", "-n", sys.executable, __file__, "--cable"], check=False)
    return 0 if well and not apart.returncode else 1


if __name__ == "__main__":
    sys.exit(main())
