"""`up --demo`: a whole simulated house, and what happens to it when its processes are killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby, pairwise
from operator import itemgetter

import psycopg
import pytest

from hmm_project.runtime.waiting import until
from tests.e2e.house import House, processes_of

pytestmark = pytest.mark.e2e
MINING_S = 90
HEALED_S = 30
LARGEST_GAP = timedelta(seconds=90)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("unused"), arguments=("--demo",))
    house.start().wait_until_healthy()
    house.read_directory()
    yield house
    house.end()


def miners(demo: House) -> list[dict[str, object]]:
    status, body = demo.ask("/api/miners")
    assert status == 200
    return list(body["items"])


def test_every_miner_of_every_family_mines_plausibly_within_ninety_seconds(demo: House) -> None:
    def all_mine() -> bool:
        return all(miner["state"] == "mining" and miner["hashrate_ghs"] for miner in miners(demo))

    assert until(all_mine, seconds=MINING_S), [(miner["name"], miner["state"]) for miner in miners(demo)]
    found = miners(demo)
    assert {miner["kind"] for miner in found} == {"bitaxe", "nerdqaxe", "avalon_nano", "nmminer"}
    assert len(found) >= 8
    assert all(20 < float(str(miner["temperature_c"])) < 110 for miner in found)
    assert all(5 < float(str(miner["power_w"])) < 200 for miner in found if miner["kind"] != "nmminer")


def test_prices_are_known_and_the_plan_covers_them(demo: House) -> None:
    assert until(lambda: demo.ask()[1]["checks"]["prices"] == "ok", seconds=MINING_S)
    status, plan = demo.ask("/api/strategy/plan")
    assert status == 200
    assert len(plan["slots"]) >= 12


def times_read(demo: House) -> dict[int, list[datetime]]:
    """When each miner was read, oldest first."""
    password = (demo.directory / "postgres.password").read_text().strip()
    with psycopg.connect(host=str(demo.directory / "run"), user="hmm", dbname="hmm", password=password) as connection:
        rows = connection.execute("SELECT miner_id, time FROM miners_telemetry ORDER BY miner_id, time").fetchall()
    return {miner: [time for _, time in group] for miner, group in groupby(rows, key=itemgetter(0))}


def test_killed_one_by_one_it_heals_and_no_miner_goes_unread_for_long(demo: House) -> None:
    for name in ("web", "worker", "beat", "postgres", "valkey"):
        killed = demo.pids()[name]
        os.kill(killed, signal.SIGKILL)
        assert until(partial(has_come_back, demo, name, killed), seconds=HEALED_S)
        demo.wait_until_healthy(HEALED_S)
    healed = datetime.now(UTC)
    assert until(lambda: all(times[-1] > healed for times in times_read(demo).values()), seconds=MINING_S)
    found = times_read(demo)
    assert len(found) == len(miners(demo))
    widest = {miner: max(later - sooner for sooner, later in pairwise(times)) for miner, times in found.items()}
    assert max(widest.values()) <= LARGEST_GAP, widest


def has_come_back(demo: House, name: str, killed: int) -> bool:
    return demo.pids().get(name, killed) != killed


def test_it_leaves_nothing_behind(demo: House) -> None:
    directory = demo.directory
    assert directory.exists()
    assert demo.stop() == 0
    assert not directory.exists()
    assert processes_of(directory) == []
