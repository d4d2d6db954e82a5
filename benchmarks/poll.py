#!/usr/bin/env python
"""What a poll of one device costs: our real path, Celery and PostgreSQL included, beside a bare floor in the same run.

    .venv/bin/python benchmarks/poll.py --devices 10 100 1000
    .venv/bin/python benchmarks/poll.py --devices 1000 --faults

Starts a PostgreSQL, a Valkey, a worker and the simulated devices of its own. README.md says how it measures.
"""

from __future__ import annotations

import argparse
import random
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

import orjson  # noqa: E402
import redis  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from django.conf import settings  # noqa: E402

from benchmarks import cpu, house  # noqa: E402
from hmm_project import connections, live  # noqa: E402
from miners import tasks  # noqa: E402
from miners.models import DesiredState, Miner, MinerStatus  # noqa: E402

WARM_UP = 3
DEADLINE_S = 120
LATENCY_MS = [30, 150]


@dataclass(frozen=True)
class Cost:
    """Of one cycle, on average: CPU seconds of the reader and of PostgreSQL; wall seconds of each cycle."""

    reader_s: float
    postgres_s: float
    walls_s: list[float]

    def per_poll_ms(self, devices: int) -> float:
        return (self.reader_s + self.postgres_s) / devices * 1000


def fleet_of(devices: int) -> dict[str, Any]:
    """60 % Bitaxe, 40 % Avalon Nano 3S; one device in twenty has a name to be made silent, one to answer garbage."""
    entries = []
    for kind, model, share in (("bitaxe", "gamma", 0.6), ("avalon_nano", "nano3s", 0.4)):
        count = round(devices * share)
        silent = garbled = count // 20
        for name, number in (("well", count - silent - garbled), ("silent", silent), ("garbled", garbled)):
            if number:
                entries.append({"kind": kind, "model": model, "name": f"{name}-{model}", "count": number})
    return {"seed": 1, "latency_ms": LATENCY_MS, "network": "127.50.1.1", "miners": entries}


def configure(rows: list[dict[str, Any]]) -> list[tuple[int, str, str, int]]:
    """A miner for every simulated device, the broken ones anywhere among them: (id, kind, host, port)."""
    Miner.objects.all().delete()
    for row in random.Random(1).sample(rows, len(rows)):
        host, port = row["address"].rsplit(":", 1)
        miner = Miner.objects.create(name=row["name"], kind=row["kind"], host=host, port=int(port))
        MinerStatus.objects.create(miner=miner)
        DesiredState.objects.create(miner=miner)
    return list(Miner.objects.values_list("pk", "kind", "host", "port"))


class Announcements:
    """What open pages are told: the sign that a shard is stored."""

    def __init__(self) -> None:
        self._pubsub = redis.Redis.from_url(settings.REDIS_URL).pubsub(ignore_subscribe_messages=True)
        self._pubsub.psubscribe(f"*{live.GROUP}")
        self._layer: Any = get_channel_layer()
        self._told: set[int] = set()

    def forget(self) -> None:
        """Wait for news from now on."""
        self._told.clear()

    def await_all(self, ids: set[int]) -> float:
        """Seconds until every one of `ids` was announced."""
        started = monotonic()
        while missing := ids - self._told:
            message = self._pubsub.get_message(timeout=1)
            if message:
                self._told |= set(self._layer.deserialize(message["data"])["ids"])
            if monotonic() - started > DEADLINE_S:
                raise TimeoutError(f"{len(missing)} of {len(ids)} devices were not read; see {house.HOME.directory}")
        return monotonic() - started


def measured(cycle: Callable[[], float], pid: int, cycles: int) -> Cost:
    """Run `cycle` so often and look at the CPU clocks before and after."""
    postgres = house.postmaster()
    before = cpu.of_tree(pid), cpu.of_tree(postgres)
    walls = [cycle() for _ in range(cycles)]
    after = cpu.of_tree(pid), cpu.of_tree(postgres)
    return Cost((after[0] - before[0]) / cycles, (after[1] - before[1]) / cycles, walls)


@contextmanager
def floor(fleet: list[tuple[int, str, str, int]]) -> Iterator[tuple[int, Callable[[], float]]]:
    """Process id and one cycle of the floor."""
    named = connections.psycopg_parameters(settings.DATABASES["default"])
    told = {"database": " ".join(f"{key}={value}" for key, value in named.items()), "fleet": fleet}
    with house.started(["benchmarks/floor.py"], log=house.HOME.directory / "floor.log") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(orjson.dumps(told).decode() + "\n")

        def cycle() -> float:
            started = monotonic()
            process.stdin.write("go\n")
            process.stdin.flush()
            if process.stdout.readline() != "done\n":
                raise RuntimeError((house.HOME.directory / "floor.log").read_text())
            return monotonic() - started

        yield process.pid, cycle


def compare(devices: int, cycles: int) -> None:
    with house.simulated(fleet_of(devices)) as rows:
        fleet = configure(rows[1:])
        ids = {pk for pk, *_ in fleet}
        announcements = Announcements()

        def poll() -> float:
            announcements.forget()
            tasks.poll_fleet.delay()
            return announcements.await_all(ids)

        with house.worker() as worker, floor(fleet) as (floor_pid, floor_cycle):
            for _ in range(WARM_UP):
                poll()
                floor_cycle()
            bare = measured(floor_cycle, floor_pid, cycles)
            ours = measured(poll, worker.pid, cycles)
    for name, cost in (("floor", bare), ("ours", ours)):
        print(
            f"{devices:5d}  {name:5s}  {cost.per_poll_ms(devices):7.3f} ms"
            f"  = {cost.reader_s / devices * 1000:.3f} reader + {cost.postgres_s / devices * 1000:.3f} PostgreSQL"
            f"  cycle {median(cost.walls_s):.2f} s, slowest {max(cost.walls_s):.2f} s"
        )
    print(f"{devices:5d}  ratio  {ours.per_poll_ms(devices) / bare.per_poll_ms(devices):7.2f}", flush=True)


def faults(devices: int, cycles: int) -> None:
    """How long the well ones take, without and with one device in twenty silent and one in twenty garbled."""
    with house.simulated(fleet_of(devices)) as rows, house.worker():
        configure(rows[1:])
        well = set(Miner.objects.filter(name__startswith="well").values_list("pk", flat=True))
        others = set(Miner.objects.values_list("pk", flat=True)) - well
        announcements = Announcements()

        def poll() -> tuple[float, float]:
            """Seconds until the well ones, and until all are stored."""
            announcements.forget()
            tasks.poll_fleet.delay()
            first = announcements.await_all(well)
            return first, first + announcements.await_all(others)

        for _ in range(WARM_UP):
            poll()
        healthy = [poll()[0] for _ in range(cycles)]
        for name, fault in (("silent", "timeout"), ("garbled", "garbage")):
            control(rows[0]["address"], f"/devices/{name}-*/fault", {"kind": fault})
        broken = [poll() for _ in range(2 + cycles)]
    print(f"{devices:5d}  well ones, nothing broken        {median(healthy):.2f} s, slowest {max(healthy):.2f} s")
    print(f"{devices:5d}  well ones, first two polls after {broken[0][0]:.2f} s, {broken[1][0]:.2f} s")
    firsts, alls = [first for first, _ in broken[2:]], [last for _, last in broken[2:]]
    print(f"{devices:5d}  well ones, 10 % broken           {median(firsts):.2f} s, slowest {max(firsts):.2f} s")
    print(f"{devices:5d}  all, 10 % broken                 {median(alls):.2f} s, slowest {max(alls):.2f} s")
    for name, time in (("first poll after", broken[0][0]), ("with 10 % broken", median(firsts))):
        print(f"{devices:5d}  ratio, well ones {name}  {time / median(healthy):.2f}", flush=True)


def control(address: str, path: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(f"http://{address}{path}", data=orjson.dumps(body), method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--cycles", type=int, help="measured cycles; default: more for small fleets")
    parser.add_argument("--faults", action="store_true", help="with and without broken devices, instead of the floor")
    options = parser.parse_args()
    house.migrate()
    for devices in options.devices:
        cycles = options.cycles or max(10, min(60, 3000 // devices))
        (faults if options.faults else compare)(devices, cycles)


if __name__ == "__main__":
    main()
