"""A dear evening in the demo's house: real processes, real protocols, nothing mocked.

Prices rise, miners go down the ladder, plugs and pauses are commanded and read back, the journal tells it; then all
return. After it prices fall silent: the last decision is held, then the safe action, then all is well again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hmm_project.runtime.waiting import until
from tests.e2e.demo import DemoHouse

pytestmark = pytest.mark.e2e

SETTLED_S = 240  # an Avalon may be booting or calibrating, and is asked again later
PAUSES = {"gamma-green", "nerd-east"}
PLUGGED = {"nano-hall", "nano-study", "nerd-west", "supra-attic", "lottery-kitchen", "lottery-shelf"}
UNSWITCHABLE = "gamma-blue"  # old firmware, no plug: its lowest mode


@pytest.fixture(scope="module")
def house() -> Iterator[DemoHouse]:
    demo = DemoHouse.started()
    demo.patch("/api/strategy", {"settings": {"dwell_minutes": 0}})  # an evening of minutes
    yield demo
    demo.end()


def now() -> datetime:
    return datetime.now(UTC)


def price(house: DemoHouse, pence: float) -> None:
    """From now on for a day; fetched and decided at once, as a tick would within the minute."""
    house.control(
        "/services/octopus/price",
        {"from": zulu(now() - timedelta(hours=1)), "to": zulu(now() + timedelta(days=1)), "pence": pence},
    )
    assert house.post("/api/energy/refresh")[0] == 200
    assert until(lambda: house.post("/api/strategy/tick")[0] == 200, seconds=60)  # 409 while a tick is at work


def zulu(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def settled(house: DemoHouse, as_wanted: Callable[[], bool]) -> bool:
    return until(as_wanted, seconds=SETTLED_S)


def states(house: DemoHouse) -> dict[str, str]:
    return {miner["name"]: miner["state"] for miner in house.items("/api/miners")}


def all_mining(house: DemoHouse) -> bool:
    return set(states(house).values()) == {"mining"}


def events(house: DemoHouse, kind: str, since: datetime) -> list[dict[str, Any]]:
    return house.items(f"/api/events?kind={kind}&since={zulu(since)}")


def commands(house: DemoHouse, since: datetime) -> set[tuple[str, str, str]]:
    told = house.items("/api/audit?limit=500&kind=hardware")
    return {
        (row["subject"], row["action"], row["outcome"]) for row in told if datetime.fromisoformat(row["time"]) >= since
    }


def test_every_miner_of_every_family_mines_within_90_seconds_with_plausible_figures(house: DemoHouse) -> None:
    assert until(lambda: all_mining(house), seconds=90), states(house)
    for miner in house.items("/api/miners"):
        assert 0.0001 < miner["hashrate_ghs"] < 10_000, miner
        assert 0.5 < miner["power_w"] < 200, miner
        assert 20 < miner["temperature_c"] < 100, miner
        assert miner["pool_url"], miner


def test_the_plan_covers_the_known_slots(house: DemoHouse) -> None:
    known = house.items("/api/energy/prices?limit=1000")
    ahead = {slot["valid_from"] for slot in known if slot["valid_to"] > zulu(now())}
    planned = {slot["valid_from"] for slot in house.ask("/api/strategy/plan")[1]["slots"] if slot["known"]}
    assert ahead
    assert ahead <= planned


def test_a_dear_evening(house: DemoHouse) -> None:
    evening = now()
    price(house, 45)

    def is_dark() -> bool:
        truth = house.devices()
        return (
            all(truth[name]["power"] == "off" for name in PLUGGED)
            and all(truth[name]["hashrate_ghs"] == 0 for name in PAUSES)
            and truth[UNSWITCHABLE]["frequency_mhz"] == 400
        )

    assert settled(house, is_dark), house.devices()
    assert settled(house, lambda: {states(house)[name] for name in PLUGGED} == {"off"}), states(house)
    assert settled(house, lambda: {states(house)[name] for name in PAUSES} == {"paused"}), states(house)
    assert states(house)[UNSWITCHABLE] == "mining"
    assert {switch["state"] for switch in house.items("/api/power/switches")} == {"off"}

    told = commands(house, evening)
    assert {("workbench", "plug-off", "verified"), ("nano hall", "plug-off", "verified")} <= told
    assert {("gamma-green", "pause", "verified"), ("nerd-east", "shutdown", "verified")} <= told
    assert any("45p is in 'Peak'" in event["message"] for event in events(house, "band-entered", evening))
    assert events(house, "miner-unreachable", evening) == []  # planned off is no failure

    morning = now()
    price(house, 12)
    assert settled(house, lambda: all_mining(house)), states(house)
    truth = house.devices()
    assert all(device["power"] == "on" for device in truth.values())
    told = commands(house, morning)
    assert {("workbench", "plug-on", "verified"), ("gamma-green", "resume", "verified")} <= told
    assert any("12p is in 'Normal'" in event["message"] for event in events(house, "band-entered", morning))


def test_silent_prices_are_held_then_everything_goes_off_then_all_returns(house: DemoHouse) -> None:
    assert settled(house, lambda: all_mining(house)), states(house)
    silence = now()
    house.patch("/api/strategy", {"settings": {"hold_minutes": 1}})
    house.control("/services/octopus/silent-from", {"time": zulu(silence - timedelta(hours=2))})
    house.patch("/api/energy/tariff", {"region": "B"})  # another series: what is known of the old one does not count

    assert until(lambda: house.ask("/api/energy/now")[1]["price_pence"] is None, seconds=30)
    assert until(lambda: len(events(house, "price-missing", silence)) == 1, seconds=90)
    assert all_mining(house), states(house)  # held
    assert settled(house, lambda: {states(house)[name] for name in PLUGGED} == {"off"}), states(house)
    assert len(events(house, "price-missing", silence)) == 1
    assert events(house, "price-missing-over", silence) == []

    house.control("/services/octopus/silent-from", {"time": None})
    price(house, 12)
    assert settled(house, lambda: all_mining(house)), states(house)
    assert len(events(house, "price-missing", silence)) == 1
    assert len(events(house, "price-missing-over", silence)) == 1
