"""`simulate`: a whole simulated house in one process: miners, plugs, tariff and pools."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop

from energy.simulators.builders import PRICE_SERVICES
from hmm_project.runtime.errors import CannotStart
from miners.simulators import demo
from miners.simulators import fleet as fleet_file
from miners.simulators.endpoint import CannotListen
from miners.simulators.simulation import Builder, Simulation
from miners.simulators.simulation import running as devices_running
from miners.simulators.spec import Fleet
from pools.simulators.coins import Coins
from pools.simulators.stratum import StratumPool

BUILDERS: Mapping[str, Builder] = {**PRICE_SERVICES, "pool": StratumPool, "coins": Coins}
FILES_BESIDE_MINERS = 1024


def simulation(fleet: Fleet) -> Simulation:
    """Every device and every service of a fleet, to be entered with `async with`."""
    return Simulation(fleet, BUILDERS)


def running(fleet: Fleet) -> AbstractContextManager[Simulation]:
    """The same in a thread of its own, for synchronous code."""
    return devices_running(fleet, BUILDERS)


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM. Raises CannotStart."""
    options = _parser().parse_args(arguments)
    try:
        fleet = _chosen(options)
        allow_files(len(fleet.miners))
        uvloop.run(_run(fleet, _print_lines if options.json else _print_table))
    except (fleet_file.BadFleet, CannotListen, ValueError, OSError) as error:
        raise CannotStart(str(error)) from None
    return 0


def allow_files(miners: int) -> None:
    """A listener and a connection for each miner: raise the limit of open files as far as it goes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * miners + FILES_BESIDE_MINERS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )


def rows(simulated: Simulation) -> Iterator[dict[str, Any]]:
    """Name, kind and address of everything that listens."""
    yield {"name": "control", "kind": "control", "address": simulated.control.address}
    for service, of in zip(simulated.services, simulated.fleet.services, strict=True):
        yield {"name": service.name, "kind": of.kind, "address": service.address}
    for device in simulated.devices:
        spec = device.spec
        row = {"name": device.name, "kind": str(spec.kind), "address": device.address}
        yield {**row, "model": spec.model, "firmware": spec.firmware, "switch": spec.switch}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hmm simulate", description="Simulated miners and services on loopback.")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--fleet", type=Path, metavar="FILE", help="a fleet file (miners/simulators/fleet.py shows one)")
    which.add_argument("--demo", action="store_true", help="the fleet of `up --demo`")
    parser.add_argument("--instance", type=int, default=0, help="with --demo: which of several beside each other")
    parser.add_argument("--shift", type=int, default=0, metavar="MINUTES", help="with --demo: a later day of prices")
    parser.add_argument("--speed", type=float, help="simulated seconds in a real one")
    parser.add_argument("--control", type=int, metavar="PORT", help="port of the control endpoint")
    parser.add_argument("--seed", type=int, help="another seed, another luck")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of a table")
    return parser


def _chosen(options: argparse.Namespace) -> Fleet:
    if options.demo:
        fleet = demo.fleet(options.instance, shift_minutes=options.shift)
    else:
        fleet = fleet_file.load(options.fleet)
    if options.speed is not None and options.speed <= 0:
        raise ValueError("--speed must be above 0")
    changes = {"speed": options.speed, "control_port": options.control, "seed": options.seed}
    return replace(fleet, **{key: value for key, value in changes.items() if value is not None})


async def _run(fleet: Fleet, show: Callable[[Simulation], None]) -> None:
    over = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, over.set)
    async with simulation(fleet) as simulated:
        show(simulated)
        await over.wait()


def _print_lines(simulated: Simulation) -> None:
    for row in rows(simulated):
        sys.stdout.write(f"{json.dumps(row)}\n")
    sys.stdout.flush()


def _print_table(simulated: Simulation) -> None:
    for row in rows(simulated):
        about = " ".join(str(row[key]) for key in ("model", "firmware", "switch") if row.get(key))
        sys.stdout.write(f"{row['name']:<24} {row['kind']:<15} {row['address']:<22} {about}".rstrip() + "\n")
    sys.stdout.flush()
