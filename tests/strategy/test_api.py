"""/api/strategy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from hmm_project.locks import hold
from miners.models import Command, DesiredState
from pools.models import Pool
from strategy import act, services
from strategy.api import router
from strategy.models import Band, Decision, Strategy
from tests.routers import client
from tests.strategy.rows import NOW, live, owned, plugged, priced

pytestmark = pytest.mark.django_db
api = client(strategy=router)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_what_is_in_force_and_why() -> None:
    priced("31.8 31 18 18 18")
    owned("Blue")
    assert api.get("/strategy").json() == {
        "state": "SHADOW",
        "paused_until": None,
        "band": "Peak",
        "price_pence": 31.8,
        "goal": "off",
        "because": "31.8p is in 'Peak' (30p and above): off until 13:00",
        "next_change": {
            "at": "2026-01-14T13:00:00Z",
            "band": "Normal",
            "because": "18p is in 'Normal' (10p to 20p): mining",
        },
        "champion_mode_enabled": True,
        "current_champion_miner_id": None,
        "settings": {
            "gain_pence": 3.0,
            "dwell_minutes": 30,
            "hold_minutes": 30,
            "missing_price_action": "off",
            "prefer_soft_off": False,
        },
    }


def test_an_unknown_price_is_null_and_the_band_is_none() -> None:
    answer = api.get("/strategy").json()
    assert (answer["price_pence"], answer["band"], answer["next_change"]) == (None, None, None)
    assert answer["because"] == "No price is known: off until one is"


def test_the_champion_is_named() -> None:
    priced("25 25")
    blue = owned("Blue")
    assert api.get("/strategy").json()["current_champion_miner_id"] == blue.pk


def test_the_state_and_settings_are_set_together() -> None:
    until = "2026-01-14T18:00:00Z"
    body = {
        "state": "PAUSED",
        "paused_until": until,
        "champion_mode_enabled": False,
        "settings": {"gain_pence": 1.25, "missing_price_action": "lowest"},
    }
    answer = api.patch("/strategy", json=body)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["state"], told["paused_until"], told["champion_mode_enabled"]) == ("PAUSED", until, False)
    strategy = Strategy.objects.get()
    assert (strategy.gain_pence, strategy.missing_price_action) == (Decimal("1.25"), "lowest")


@pytest.mark.parametrize(
    ("body", "at_fault"),
    [
        ({"state": "OFF"}, "state"),
        ({"state": "LIVE", "paused_until": "2026-01-14T18:00:00Z"}, "paused_until"),
        ({"state": "PAUSED", "paused_until": "2026-01-14T12:00:00Z"}, "paused_until"),
        ({"state": "PAUSED", "paused_until": "2026-01-14T18:00:00"}, "paused_until"),
        ({"paused_until": "2026-01-14T18:00:00Z"}, "paused_until"),
        ({"settings": {"gain_pence": -1}}, "gain_pence"),
        ({"settings": {"dwell_minutes": 1.5}}, "dwell_minutes"),
        ({"settings": {"speed": 9}}, "speed"),
        ({"sate": "LIVE"}, "sate"),
    ],
)
def test_what_cannot_be_is_422_with_the_field_and_nothing_is_changed(body: dict[str, Any], at_fault: str) -> None:
    body = {"champion_mode_enabled": False} | body
    answer = api.patch("/strategy", json=body)
    assert answer.status_code == 422
    assert at_fault in str(answer.json()["detail"])
    assert Strategy.objects.get().champion_mode_enabled


def test_the_ladder_is_read_and_written_whole() -> None:
    ladder = api.get("/strategy/bands").json()
    assert ladder["count"] == 6
    assert ladder["items"][0]["lower_pence"] is None
    assert ladder["items"][2] == {
        "lower_pence": 5.0,
        "name": "Cheap",
        "color": "#84cc16",
        "action": "mine",
        "champion": False,
        "coin": "",
        "pool_id": None,
        "modes": {"bitaxe": "standard", "nerdqaxe": "standard", "avalon_nano": "med"},
    }
    assert api.put("/strategy/bands", json=ladder).json() == ladder
    shorter = [{"lower_pence": None, "name": "Low"}, {"lower_pence": -1.5, "name": "High", "action": "off"}]
    answer = api.put("/strategy/bands", json=shorter)
    assert (answer.status_code, answer.json()["count"]) == (200, 2)
    assert [(band.name, band.action) for band in services.bands()] == [("Low", "mine"), ("High", "off")]


@pytest.mark.parametrize(
    ("ladder", "words"),
    [
        ([], "at least one band"),
        ([{"lower_pence": 5, "name": "A"}], "no lower edge (null)"),
        ([{"lower_pence": None, "name": "A"}, {"lower_pence": 5, "name": "B"}, {"lower_pence": 5, "name": "C"}], "5p"),
        ([{"lower_pence": None, "name": "A", "modes": {"bitaxe": "warp"}}], "'warp'"),
        ([{"lower_pence": None, "name": "A", "pool_id": 99}], "no pool 99"),
        ([{"lower_pence": None, "name": "A", "color": "red"}], "color"),
        ([{"lower_pence": None, "name": "A", "colour": "#000000"}], "colour"),
        ([{"lower_pence": None}], "name"),
        ([{"lower_pence": None, "name": "A"}, {"lower_pence": "NaN", "name": "B"}], "lower_pence"),
        ([{"lower_pence": None, "name": "A"}, {"lower_pence": 1.005, "name": "B"}], "lower_pence"),
    ],
)
def test_what_is_no_ladder_is_422_and_the_old_one_stays(ladder: Any, words: str) -> None:
    answer = api.put("/strategy/bands", json=ladder)
    assert answer.status_code == 422
    assert words in str(answer.json()["detail"])
    assert Band.objects.count() == 6


def test_a_band_may_name_a_pool() -> None:
    pool = Pool.objects.create(name="Solo", host="solo.example", port=3333, user="bc1qexample")
    body = {"items": [{"lower_pence": None, "name": "Always", "pool_id": pool.pk, "coin": "BTC"}]}
    assert api.put("/strategy/bands", json=body).json()["items"][0]["pool_id"] == pool.pk


def test_the_plan_covers_the_known_slots_and_says_where_they_end() -> None:
    priced("31.8 8")
    blue = owned("Blue")
    answer = api.get("/strategy/plan").json()
    assert answer["made_at"] == "2026-01-14T12:10:00Z"
    first, second, unknown, *_ = answer["slots"]
    assert first == {
        "valid_from": "2026-01-14T12:00:00Z",
        "valid_to": "2026-01-14T12:30:00Z",
        "price_pence": 31.8,
        "known": True,
        "band": "Peak",
        "color": "#ef4444",
        "goal": "off",
        "champion_miner_id": None,
        "because": "31.8p is in 'Peak' (30p and above): off until 12:30",
        "expected_w": 0,
        "expected_kwh": 0,
        "expected_pence": 0,
        "unmeasured": 0,
        "miners": [{"miner_id": blue.pk, "power": "off", "mode": None}],
    }
    assert second["miners"] == [{"miner_id": blue.pk, "power": "on", "mode": "standard"}]
    assert (second["expected_w"], second["expected_kwh"], second["expected_pence"]) == (17.0, 0.0085, 0.068)
    assert (unknown["known"], unknown["price_pence"], unknown["expected_pence"]) == (False, None, None)
    assert answer["slots"][-1]["valid_to"] >= "2026-01-15T12:10:00Z"


def test_a_tick_decides_keeps_and_tells() -> None:
    priced("31 31")
    blue = owned("Blue", switch=plugged("Shelf"))
    answer = api.post("/strategy/tick")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["time"], told["state"], told["band"], told["goal"]) == (
        "2026-01-14T12:10:00Z",
        "SHADOW",
        "Peak",
        "off",
    )
    assert told["miners"] == [
        {
            "miner_id": blue.pk,
            "power": "off",
            "mode": None,
            "pool_id": None,
            "champion": False,
            "lever": "plug",
            "because": "31p is in 'Peak' (30p and above): off at its plug",
        }
    ]
    assert told["switches"][0]["power"] == "off"
    assert DesiredState.objects.get().power == "off"
    assert not Command.objects.exists()


def test_a_tick_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(act, "execute", lambda orders, now: sent.extend(order.action.value for order in orders) or [])
    priced("8 8")
    owned("Blue")
    live()
    api.post("/strategy/tick")
    assert sent == ["mode"]


def test_a_tick_while_another_is_at_work_is_409() -> None:
    with hold("strategy", ttl_s=10):
        assert api.post("/strategy/tick").status_code == 409


def test_decisions_are_listed_newest_first() -> None:
    priced("8 31")
    for minutes in (0, 30):
        services.tick(NOW + timedelta(minutes=minutes))
    answer = api.get("/strategy/decisions?limit=1").json()
    assert answer["count"] == Decision.objects.count() == 2
    (item,) = answer["items"]
    assert (item["band"], item["price_pence"], item["slot_from"]) == ("Peak", 31.0, "2026-01-14T12:30:00Z")
    assert item["record"]["goal"] == "off"
