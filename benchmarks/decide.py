#!/usr/bin/env python
"""How long a decision and a plan take.

    .venv/bin/python benchmarks/decide.py [--miners 1000] [--slots 96]

Prints the median and the slowest of several runs beside the targets: one decision at most 20 ms, a whole plan at most
1 s, for 1000 miners, 6 bands and 96 slots.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from energy.contract import Rate
from miners.contract import Capability, State
from strategy.contract import EngineState, MinerFacts, Settings, Snapshot, SwitchFacts
from strategy.decide import changes, decide, plan
from strategy.default_ladder import DEFAULT_LADDER

START = datetime(2026, 1, 14, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
DAY = "12 11 9 8 6 4 2 -1 -3 0 4 7 11 14 16 18 17 15 13 12 11 10 9 9 8 8 9 11 14 17 21 26 33 38 41 36 31 28 24 21 18 16"
MILLISECONDS = 1000
RUNS = 20
TARGETS_MS = {"decide": 20, "plan": 1000}


def fleet(number: int) -> Iterator[MinerFacts]:
    """Of every kind a bit: most pause, some only have a plug, four to a plug, a few can nothing."""
    modes = {"eco": 10.0, "standard": 15.0, "turbo": 18.0, "oc": 20.0}
    for id in range(1, number + 1):
        able = id % 10 != 0
        yield MinerFacts(
            id=id,
            name=f"miner-{id}",
            kind="bitaxe" if id % 3 else "nerdqaxe",
            capabilities=frozenset({Capability.MODE, Capability.PAUSE} if able else ()),
            modes=tuple(modes) if able else (),
            power_w=modes if able else {},
            typical_power_w=1.0,
            efficiency_j_th={"eco": 14.0 + id % 7},
            observed_at=START,
            state=State.MINING,
            reachable=True,
            mode="oc",
            switch_id=id // 4 if id % 2 else None,
        )


def scene(miners: int, slots: int) -> Snapshot:
    prices = [Decimal(price) for price in DAY.split()]
    rates = (Rate(START + i * HALF_HOUR, START + (i + 1) * HALF_HOUR, prices[i % len(prices)]) for i in range(slots))
    return Snapshot(
        now=START,
        zone=ZoneInfo("Europe/London"),
        settings=Settings(state=EngineState.LIVE),
        bands=DEFAULT_LADDER,
        rates=tuple(rates),
        miners=tuple(fleet(miners)),
        switches=tuple(SwitchFacts(id=id, name=f"plug-{id}", on=True) for id in range(miners // 4 + 1)),
    )


def day(snapshot: Snapshot) -> Iterator[Snapshot]:
    """The same house at the start of every known slot."""
    for rate in snapshot.rates:
        yield replace(snapshot, now=rate.valid_from)


def measure(name: str, runs: list[Callable[[], object]]) -> None:
    took = []
    for run in runs:
        began = time.perf_counter()
        run()
        took.append((time.perf_counter() - began) * MILLISECONDS)
    target = f"   target {TARGETS_MS[name]} ms" if name in TARGETS_MS else ""
    print(f"{name:<8} median {statistics.median(took):7.2f} ms   slowest {max(took):7.2f} ms{target}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--miners", type=int, default=1000)
    parser.add_argument("--slots", type=int, default=96)
    arguments = parser.parse_args()
    snapshot = scene(arguments.miners, arguments.slots)
    decided = [(each, decide(each)) for each in day(snapshot)]
    print(f"{arguments.miners} miners, {len(snapshot.bands)} bands, {arguments.slots} slots")
    measure("decide", [lambda each=each: decide(each) for each in day(snapshot)])
    measure("changes", [lambda each=each, made=made: changes(made, each) for each, made in decided])
    measure("plan", [lambda: plan(snapshot)] * RUNS)


if __name__ == "__main__":
    main()
