"""/api/energy."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from energy.api import router
from energy.models import ForecastSlot, PriceSlot, Tariff
from energy.services import set_tariff
from energy.sources.table import SOURCES
from hmm_project.journal.models import Event
from hmm_project.locks import hold
from tests.energy.rows import PRODUCT, RATES, at, envelope, slots
from tests.energy.scripted import Reply, Script
from tests.routers import client

pytestmark = pytest.mark.django_db

NOW = at("2026-01-18 12:10")
api = client(energy=router)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def keep(start: datetime, prices: list[float], series: str = "octopus:A") -> None:
    for index, pence in enumerate(prices):
        begin = start + timedelta(minutes=30 * index)
        end = begin + timedelta(minutes=30)
        PriceSlot.objects.create(series=series, valid_from=begin, valid_to=end, price_pence=pence, product=PRODUCT)


def choose(**other: Any) -> Tariff:
    return set_tariff(**{"source": "octopus", "region": "A", "product": PRODUCT, "actor": "ada", "now": NOW} | other)


def test_the_price_now_and_the_next_one() -> None:
    choose()
    keep(at("2026-01-18 12:00"), [15.4035, -0.5])
    answer = api.get("/energy/now")
    assert answer.status_code == 200
    assert answer.json() == {
        "price_pence": 15.4035,
        "valid_from": "2026-01-18T12:00:00Z",
        "valid_to": "2026-01-18T12:30:00Z",
        "next": {"price_pence": -0.5, "valid_from": "2026-01-18T12:30:00Z", "valid_to": "2026-01-18T13:00:00Z"},
        "age_s": None,
        "problem": "Prices are known only until 13:00 on 18 January: the next day's should have been published.",
    }


def test_an_unknown_price_is_null_and_never_zero() -> None:
    choose()
    keep(at("2026-01-18 11:30"), [15.0])
    answer = api.get("/energy/now").json()
    assert answer["price_pence"] is None
    assert answer["problem"] == "No price is known since 12:00 on 18 January."


def test_a_gap_now_still_shows_the_next_known_price() -> None:
    choose()
    keep(at("2026-01-18 13:00"), [0.0])
    answer = api.get("/energy/now").json()
    assert (answer["price_pence"], answer["next"]["price_pence"]) == (None, 0.0)


def test_nothing_is_known_without_a_tariff() -> None:
    keep(at("2026-01-18 12:00"), [15.0])
    answer = api.get("/energy/now").json()
    assert answer == dict.fromkeys(["price_pence", "valid_from", "valid_to", "next", "age_s", "problem"])


def test_prices_are_listed_in_order_within_the_window() -> None:
    choose()
    keep(at("2026-01-18 11:00"), [1.0, 2.0, 3.0, 4.0, 5.0])
    answer = api.get("/energy/prices?from=2026-01-18T11:45:00Z&to=2026-01-18T13:00:00Z").json()
    assert [item["price_pence"] for item in answer["items"]] == [2.0, 3.0, 4.0]
    assert answer["count"] == 3
    assert answer["items"][0] == {
        "valid_from": "2026-01-18T11:30:00Z",
        "valid_to": "2026-01-18T12:00:00Z",
        "price_pence": 2.0,
        "source": "octopus",
        "product": PRODUCT,
    }


def test_prices_without_a_window_are_those_from_now_on_and_are_paged() -> None:
    choose()
    keep(at("2026-01-18 11:00"), [1.0, 2.0, 3.0, 4.0, 5.0])
    answer = api.get("/energy/prices?limit=1&offset=1").json()
    assert ([item["price_pence"] for item in answer["items"]], answer["count"]) == ([4.0], 3)


@pytest.mark.parametrize("query", ["from=yesterday", "from=2026-01-18T11:45:00", "to=2026-01-18", "limit=0"])
def test_a_window_that_is_none_is_422_with_its_field(query: str) -> None:
    answer = api.get(f"/energy/prices?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.json()["detail"][0]["loc"]


def test_a_refresh_on_demand_answers_what_it_brought(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(at("2026-01-17 00:00"), [5.25] * 94))))
    answer = api.post("/energy/refresh")
    assert answer.status_code == 200
    assert answer.json() == {
        "product": PRODUCT,
        "received": 94,
        "added": 94,
        "corrected": 0,
        "rejected": 0,
        "newest_end": "2026-01-18T23:00:00Z",
    }
    assert api.get("/energy/now").json()["age_s"] == 0.0


def test_a_refresh_that_fails_is_503_with_the_reason(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply(b"<html>", 502))
    answer = api.post("/energy/refresh")
    assert (answer.status_code, answer.json()) == (503, {"detail": "Octopus answered HTTP 502."})


def test_a_refresh_without_a_tariff_or_beside_another_is_409(octopus: Script) -> None:
    answer = api.post("/energy/refresh")
    assert answer.status_code == 409
    assert "choose your region" in answer.json()["detail"]
    choose()
    with hold("prices", ttl_s=5):
        assert api.post("/energy/refresh").status_code == 409


def test_the_tariff_is_read_and_changed_in_part() -> None:
    assert api.get("/energy/tariff").json()["region"] is None
    assert api.patch("/energy/tariff", json={"region": "C"}).status_code == 200
    answer = api.patch("/energy/tariff", json={"product": PRODUCT}).json()
    assert answer == {
        "source": "octopus",
        "region": "C",
        "region_name": "London",
        "product": PRODUCT,
        "parameters": {},
        "has_secret": False,
        "currency": "GBP",
        "export": False,
        "forecast": False,
        "resolved_product": "",
        "refreshed_at": None,
        "failure": "",
    }
    assert api.patch("/energy/tariff", json={"product": ""}).json()["product"] == ""
    assert api.get("/energy/tariff").json()["region"] == "C"
    assert Event.objects.filter(kind="tariff-set", message__startswith="ada set the tariff").count() == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"region": "I"}, "region"),
        ({"product": "AGILE-24-10-01"}, "region"),
        ({"region": "A", "product": "GO-VAR-22-10-14"}, "product"),
        ({"region": "A", "source": "coal"}, "source"),
        ({"region": 7}, "region"),
        ({}, "region"),
    ],
)
def test_a_wrong_tariff_is_422_with_its_field(body: dict[str, Any], field: str) -> None:
    answer = api.patch("/energy/tariff", json=body)
    assert answer.status_code == 422
    assert [field in item["loc"] for item in answer.json()["detail"]] == [True]
    assert not Tariff.objects.exists()


def test_a_postcode_leads_to_its_region(octopus: Script) -> None:
    octopus.answer("/v1/industry/grid-supply-points/", Reply(envelope([{"group_id": "_C"}])))
    assert api.get("/energy/region?postcode=SW1A 1AA").json() == {"region": "C", "name": "London"}
    octopus.answer("/v1/industry/grid-supply-points/", Reply(envelope([])))
    answer = api.get("/energy/region?postcode=SW1A1AA")
    assert (answer.status_code, answer.json()["detail"][:25]) == (503, "Octopus names no regions ")


def test_a_tariff_of_any_source_is_set_through_the_api_and_its_secret_is_never_read_back() -> None:
    body = {"source": "tibber", "secret": "very-secret", "parameters": {"home_id": "one"}}
    answer = api.patch("/energy/tariff", json=body)
    assert answer.status_code == 200
    assert "very-secret" not in answer.content.decode()
    kept = api.get("/energy/tariff").json()
    assert (kept["source"], kept["currency"], kept["has_secret"]) == ("tibber", "EUR", True)
    assert kept["parameters"] == {"home_id": "one"}
    assert api.patch("/energy/tariff", json={"currency": "SEK"}).json()["has_secret"] is True
    assert Tariff.objects.get().secret == "very-secret"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"source": "fixed"}, "price"),
        ({"source": "fixed", "parameters": {"price": "dear"}}, "price"),
        ({"source": "fixed", "parameters": {"colour": "red", "price": 5}}, "colour"),
        ({"source": "time_of_use", "parameters": {"rules": [{"from": "07:00", "to": "08:00", "price": 5}]}}, "rules"),
        ({"source": "tibber"}, "secret"),
        ({"source": "energy_charts", "parameters": {"zone": "AT"}, "currency": "GBP"}, "currency"),
    ],
)
def test_what_a_source_cannot_use_is_422_with_its_name(body: dict[str, Any], field: str) -> None:
    answer = api.patch("/energy/tariff", json=body)
    assert answer.status_code == 422
    assert field in answer.json()["detail"][0]["loc"]
    assert not Tariff.objects.exists()


def test_every_source_says_what_it_needs() -> None:
    answer = api.get("/energy/sources").json()
    assert [source["key"] for source in answer] == list(SOURCES)
    awattar = next(source for source in answer if source["key"] == "awattar")
    assert awattar["needs"][0]["choices"] == ["de", "at"]


def test_a_file_of_prices_is_taken_or_refused_with_its_row() -> None:
    head, row = "valid_from,valid_to,price\n", "2026-01-18T12:00:00Z,2026-01-18T13:00:00Z,12.5\n"
    assert api.post("/energy/prices", data=head + row).status_code == 422
    api.patch("/energy/tariff", json={"source": "csv"})
    assert api.post("/energy/prices", data=head + row).json() == {"added": 1, "corrected": 0}
    answer = api.post("/energy/prices", data=head + row + row)
    assert answer.status_code == 422
    assert "Row 3: 2026-01-18 12:00 UTC overlaps the row before it" in answer.content.decode()
    listed = api.get("/energy/prices").json()
    assert [(item["price_pence"], item["source"]) for item in listed["items"]] == [(12.5, "csv")]


def test_export_prices_and_forecasts_are_asked_for_by_name() -> None:
    choose(export=True, forecast=True)
    keep(at("2026-01-18 12:00"), [1.0])
    keep(at("2026-01-18 12:00"), [2.0, 3.0], "octopus-export:A")
    start = at("2026-01-18 23:00")
    ForecastSlot.objects.create(
        series="octopus:A", valid_from=start, valid_to=start + timedelta(minutes=30), price_pence=9, made_at=NOW
    )
    export = api.get("/energy/prices?direction=export").json()["items"]
    assert [(item["price_pence"], item["source"]) for item in export] == [
        (2.0, "octopus-export"),
        (3.0, "octopus-export"),
    ]
    assert api.get("/energy/prices").json()["count"] == 1
    (forecast,) = api.get("/energy/forecast").json()["items"]
    assert (forecast["price_pence"], forecast["low_pence"]) == (9.0, None)
    assert api.get("/energy/prices?direction=sideways").status_code == 422
