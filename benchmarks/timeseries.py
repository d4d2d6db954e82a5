#!/usr/bin/env python
"""What keeping and drawing telemetry costs.

    .venv/bin/python benchmarks/timeseries.py [--load 100x7 1000x2]

Loads MINERSxDAYS of readings, one each 30 s, in the order polls bring them, condenses them, puts the days in order, and
measures through the product's own functions and views:

- chart: GET telemetry of one miner over 7 days to 300 points, warm and after the caches were emptied
- fleet: the fleet's sum over 24 h to 300 points, warm and cold
- step: condensing one step of five minutes
- ingest: CPU of this process and of PostgreSQL while one cycle of all miners is stored, beside the cycle's 30 s
- size: bytes a reading takes in the database, with its key

Cold: PostgreSQL's buffers are emptied and, where that is allowed (root), the kernel's cache; what was done is printed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import cpu, house  # isort: skip  # starts PostgreSQL before Django's models are read

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from hmm_project.config import Retention
from miners import telemetry
from miners.models import FiveMinutes, Hour, Miner, RollUpMark, Telemetry
from miners.telemetry import Row, partitions

POLL_S = 30
KEEP = Retention()
CLIENT = Client()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RUNS = 40
COLD_RUNS = 5
MILLISECONDS = 1000
FILL = """
INSERT INTO miners_telemetry (time, miner_id, hashrate_ghs, expected_hashrate_ghs, power_w, wall_power_w,
    temperature_c, vr_temperature_c, fan_percent, fan_rpm, frequency_mhz, core_voltage_mv, accepted, rejected, uptime_s,
    rssi_dbm, state, mode)
SELECT moment, miner, 1000 + 50 * random(), 1070, 15 + random(), 17 + random(), 60 + random(), 70 + random(), 40, 4000,
    525, 1150, extract(epoch FROM moment - %s) / 40, 1, extract(epoch FROM moment - %s), -60, 'mining', 'standard'
FROM generate_series(%s, %s, interval '30 seconds') AS moment, generate_series(1, %s) AS miner ORDER BY moment, miner
"""


def load(miners: int, days: int) -> None:
    for model in (Telemetry, FiveMinutes, Hour, RollUpMark, Miner):
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
    first = NOW - timedelta(days=days)
    Miner.objects.create(pk=1, name="first", kind="bitaxe", host="127.0.0.1", port=80)
    partitions.ensure(Telemetry, [(first + timedelta(days=day)).date() for day in range(days + 1)])
    for day in range(days):
        begun = first + timedelta(days=day)
        last = begun + timedelta(days=1, seconds=-POLL_S)
        with connection.cursor() as cursor:
            cursor.execute(FILL, [first, first, begun, last, miners])


def milliseconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * MILLISECONDS


def told(name: str, times: list[float], target: float) -> None:
    times.sort()
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(f"  {name:34} median {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   target {target:g}")


def chart() -> None:
    since = (NOW - timedelta(days=7)).isoformat().replace("+00:00", "Z")
    span = {"from": since, "to": NOW.isoformat().replace("+00:00", "Z"), "points": 300}
    answer = CLIENT.get("/api/miners/1/telemetry", span)
    assert answer.status_code == 200, answer.content[:300]


def fleet() -> None:
    telemetry.series_fleet(since=NOW - timedelta(hours=24), until=NOW, points=300)


def make_cold() -> str:
    """Empty the caches; answers how."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache")
        cursor.execute("SELECT pg_buffercache_evict_all()")
    connection.close()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return "PostgreSQL's buffers emptied"
    return "PostgreSQL's buffers and the kernel's cache emptied"


def cold(call: Callable[[], object]) -> tuple[list[float], str]:
    times, how = [], ""
    for _ in range(COLD_RUNS):
        how = make_cold()
        connection.ensure_connection()
        times.append(milliseconds(call))
    return times, how


def measure(miners: int, days: int) -> None:
    print(f"{miners} miners x {days} days: {miners * days * 2880:,} readings")
    begun = time.perf_counter()
    load(miners, days)
    print(f"  loaded in {time.perf_counter() - begun:.0f} s")
    begun = time.perf_counter()
    buckets = telemetry.roll_up(now=NOW - timedelta(minutes=30), keep=KEEP)
    print(f"  condensed {buckets} steps in {time.perf_counter() - begun:.0f} s")
    steps = [milliseconds(lambda age=age: roll_step(age)) for age in range(25, 0, -5)]
    told("one step of five minutes", steps, 100)
    begun = time.perf_counter()
    days_done = partitions.put_in_order(NOW)
    print(f"  put {days_done} days in order in {time.perf_counter() - begun:.0f} s")
    if days >= 7:
        told("one miner, 7 days, 300 points", [milliseconds(chart) for _ in range(RUNS)], 20)
        times, how = cold(chart)
        told(f"  cold ({how})", times, 60)
    told("fleet, 24 h, 300 points", [milliseconds(fleet) for _ in range(RUNS)], 100)
    times, how = cold(fleet)
    told(f"  cold ({how})", times, 300)
    ingest(miners)
    sizes(miners * days * 2880)


def roll_step(age: int) -> None:
    assert telemetry.roll_up(now=NOW - timedelta(minutes=age), keep=KEEP) == 1


def ingest(miners: int) -> None:
    cycles = 20
    database = house.postmaster()
    before = cpu.of_tree(database), time.process_time()
    for cycle in range(cycles):
        at = NOW + timedelta(seconds=POLL_S * (cycle + 1))
        row = Row(
            at, 0, 1000.0, 1070.0, 15.0, 17.0, 60.0, 70.0, 40.0, 4000.0, 525.0, 1150.0, 9, 1, 60, -60, "mining", "eco"
        )
        telemetry.append([row._replace(miner_id=miner) for miner in range(1, miners + 1)])
    spent = cpu.of_tree(database) - before[0] + time.process_time() - before[1]
    free = 1 - spent / (cycles * POLL_S)
    print(f"  ingest: {spent / cycles * MILLISECONDS:.1f} ms of CPU a cycle of {miners}: {free:.2%} of a core is free")


def sizes(readings: int) -> None:
    with connection.cursor() as cursor:
        for model, rows in ((Telemetry, readings), (FiveMinutes, readings // 10), (Hour, readings // 120)):
            cursor.execute(
                "SELECT coalesce(sum(pg_total_relation_size(relid)), 0) FROM pg_partition_tree(%s) WHERE isleaf",
                [model._meta.db_table],
            )
            (total,) = cursor.fetchone() or (0,)
            print(f"  {model._meta.db_table}: {total / 2**20:.0f} MiB, {total / rows:.0f} bytes a row")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--load", nargs="+", default=["100x7", "1000x2"], metavar="MINERSxDAYS")
    options = parser.parse_args()
    house.migrate()
    CLIENT.force_login(User.objects.create_user("owner"))
    for each in options.load:
        miners, days = map(int, each.split("x"))
        measure(miners, days)


if __name__ == "__main__":
    main()
