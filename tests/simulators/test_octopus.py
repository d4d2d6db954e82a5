"""The Octopus API: products, pages, windows, the horizon and its troubles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from energy.simulators.octopus import Octopus
from miners.simulators.faults import parse
from miners.simulators.simulation import Simulation
from tests.simulators.clients import fleet, http

PRODUCT = "AGILE-24-10-01"
RATES = f"/v1/products/{PRODUCT}/electricity-tariffs/E-1R-{PRODUCT}-A/standard-unit-rates/"
NOW = datetime(2026, 1, 15, 12, 10, tzinfo=UTC)
SLOT = timedelta(minutes=30)


class Wall:
    """The time on the wall, for the test to set."""

    def __init__(self) -> None:
        self.now = NOW


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
async def octopus(wall: Wall) -> AsyncIterator[Octopus]:
    async with started(wall) as simulation:
        service = simulation.service("octopus")
        assert isinstance(service, Octopus)
        yield service


def started(wall: Wall, speed: float = 1, **values: Any) -> Simulation:
    described = fleet(speed=speed, services={"octopus": {"port": 0, **values}})
    return Simulation(described, {"octopus": lambda spec, simulation: Octopus(spec, simulation, lambda: wall.now)})


def window(since: str, until: str = "") -> str:
    return f"{RATES}?period_from={quote(since)}" + (f"&period_to={quote(until)}" if until else "") + "&page_size=1500"


async def slots(octopus: Octopus, path: str) -> list[str]:
    return [row["valid_from"] for row in (await http(octopus, path)).json()["results"]]


async def test_a_default_page_is_the_newest_hundred_newest_first(octopus: Octopus) -> None:
    body = (await http(octopus, RATES)).json()
    rows = body["results"]
    assert len(rows) == 100 < body["count"]
    assert [row["valid_from"] for row in rows] == sorted((row["valid_from"] for row in rows), reverse=True)
    assert rows[0]["valid_to"] == "2026-01-15T23:00:00Z"
    assert set(rows[0]) == {"value_exc_vat", "value_inc_vat", "valid_from", "valid_to", "payment_method"}
    assert all(row["value_inc_vat"] == pytest.approx(row["value_exc_vat"] * 1.05) for row in rows)


async def test_following_next_walks_the_whole_window_once(octopus: Octopus) -> None:
    path: str | None = f"{RATES}?period_from=2026-01-01T00:00:00Z&period_to=2026-01-06T00:00:00Z"
    seen: list[str] = []
    pages = 0
    while path:
        body = (await http(octopus, path)).json()
        assert body["count"] == 240
        seen += [row["valid_from"] for row in body["results"]]
        pages += 1
        url = urlsplit(body["next"] or "")
        path = f"{url.path}?{url.query}" if body["next"] else None
    assert pages == 3
    assert len(set(seen)) == len(seen) == 240
    assert body["previous"].endswith("page=2")


async def test_page_sizes_are_cut_and_pages_beyond_the_last_are_404(octopus: Octopus) -> None:
    body = (await http(octopus, f"{RATES}?page_size=9999")).json()
    assert len(body["results"]) == 1500
    answer = await http(octopus, f"{RATES}?page=9999")
    assert (answer.status, answer.json()) == (404, {"detail": "Invalid page."})


async def test_a_window_takes_every_slot_that_overlaps_it(octopus: Octopus) -> None:
    assert await slots(octopus, window("2026-01-10T10:10:00Z", "2026-01-10T11:10:00Z")) == [
        "2026-01-10T11:00:00Z",
        "2026-01-10T10:30:00Z",
        "2026-01-10T10:00:00Z",
    ]
    assert (await http(octopus, f"{RATES}?period_to=2026-01-10T11:10:00Z")).status == 400
    assert (await http(octopus, f"{RATES}?period_from=yesterday")).status == 400


async def test_times_without_a_zone_are_local(octopus: Octopus, wall: Wall) -> None:
    wall.now = datetime(2026, 7, 15, 12, tzinfo=UTC)
    assert (await slots(octopus, window("2026-07-15T10:00:00", "2026-07-15T10:30:00"))) == ["2026-07-15T09:00:00Z"]


async def test_tomorrow_comes_at_16_00_and_ends_at_23_00(octopus: Octopus, wall: Wall) -> None:
    since = window("2026-01-15T00:00:00Z")
    assert (await slots(octopus, since))[0] == "2026-01-15T22:30:00Z"
    wall.now = datetime(2026, 1, 15, 16, 0, tzinfo=UTC)
    assert (await slots(octopus, since))[0] == "2026-01-16T22:30:00Z"


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 46), ("2026-10-25", 50), ("2026-06-01", 48)])
async def test_a_local_day_has_46_slots_in_spring_and_50_in_autumn(
    octopus: Octopus, wall: Wall, day: str, length: int
) -> None:
    wall.now = datetime(2026, 12, 1, tzinfo=UTC)
    after = (datetime.fromisoformat(day) + timedelta(days=1)).date()
    found = await slots(octopus, window(f"{day}T00:00:00", f"{after}T00:00:00"))
    assert len(found) == length
    steps = {datetime.fromisoformat(later) - datetime.fromisoformat(earlier) for later, earlier in pairwise(found)}
    assert steps == {SLOT}


async def test_products_name_the_current_agile_beside_others(octopus: Octopus) -> None:
    products = (await http(octopus, "/v1/products/")).json()["results"]
    on_sale = {product["code"]: product for product in products if product["available_to"] is None}
    assert {PRODUCT, "AGILE-BB-24-10-01", "AGILE-OUTGOING-19-05-13", "VAR-22-11-01"} == set(on_sale)
    assert on_sale["AGILE-OUTGOING-19-05-13"]["direction"] == "EXPORT"
    detail = (await http(octopus, f"/v1/products/{PRODUCT}/")).json()
    tariffs = detail["single_register_electricity_tariffs"]
    assert len(tariffs) == 14
    links = {link["rel"]: link["href"] for link in tariffs["_A"]["direct_debit_monthly"]["links"]}
    assert links["standard_unit_rates"] == f"http://{octopus.address}{RATES}"
    assert (await http(octopus, urlsplit(links["standing_charges"]).path)).json()["count"] == 1


async def test_a_flat_product_has_a_row_for_each_way_of_paying(octopus: Octopus) -> None:
    path = "/v1/products/VAR-22-11-01/electricity-tariffs/E-1R-VAR-22-11-01-A/standard-unit-rates/"
    rows = (await http(octopus, path)).json()["results"]
    assert {row["payment_method"] for row in rows} == {"DIRECT_DEBIT", "NON_DIRECT_DEBIT"}
    assert {row["valid_to"] for row in rows} == {None}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/products/NOPE-1/", 404),
        (RATES.replace("-A/", "-I/"), 404),
        (RATES.replace("24-10-01-A", "23-12-06-A"), 404),
        ("/v1/products", 301),
    ],
)
async def test_what_does_not_exist_is_not_found(octopus: Octopus, path: str, status: int) -> None:
    assert (await http(octopus, path)).status == status


@pytest.mark.parametrize(("postcode", "groups"), [("SW1A 1AA", ["_C"]), ("eh1 1aa", ["_N"]), ("ZZ9 9ZZ", []), ("", [])])
async def test_a_postcode_names_its_region(octopus: Octopus, postcode: str, groups: list[str]) -> None:
    body = (await http(octopus, f"/v1/industry/grid-supply-points/?postcode={quote(postcode)}")).json()
    assert [row["group_id"] for row in body["results"]] == groups
    assert body["count"] == len(groups)


async def test_regions_differ_by_their_formula(octopus: Octopus) -> None:
    at = "?period_from=2026-01-15T17:00:00Z&period_to=2026-01-15T17:30:00Z"
    prices = [(await http(octopus, RATES.replace("-A/", f"-{region}/") + at)).json() for region in "AP"]
    assert prices[0]["results"][0]["value_inc_vat"] != prices[1]["results"][0]["value_inc_vat"]


async def test_a_forced_evening_costs_what_it_is_told_until_it_is_cleared(octopus: Octopus) -> None:
    evening = window("2026-01-15T16:00:00Z", "2026-01-15T18:00:00Z")
    usual = (await http(octopus, evening)).json()
    force = {"from": "2026-01-15T17:00:00Z", "to": "2026-01-15T18:00:00Z", "pence": 45.5}
    octopus.actions()["price"](force)
    rows = (await http(octopus, evening)).json()["results"]
    assert [row["value_inc_vat"] for row in rows[:2]] == [45.5, 45.5]
    assert rows[2:] == usual["results"][2:]
    octopus.actions()["prices-clear"]({})
    assert (await http(octopus, evening)).json() == usual


async def test_it_falls_silent_from_a_slot_on(octopus: Octopus) -> None:
    octopus.actions()["silent-from"]({"time": "2026-01-15T14:00:00Z"})
    assert (await slots(octopus, window("2026-01-15T00:00:00Z")))[0] == "2026-01-15T13:30:00Z"
    octopus.actions()["silent-from"]({"time": None})
    assert (await slots(octopus, window("2026-01-15T00:00:00Z")))[0] == "2026-01-15T22:30:00Z"


@pytest.mark.parametrize(
    ("status", "content_type", "says"),
    [(403, "text/html", "Request blocked"), (404, "application/json", "Not found."), (500, "text/html", "Internal")],
)
async def test_its_errors_look_like_the_real_ones(octopus: Octopus, status: int, content_type: str, says: str) -> None:
    octopus.break_with(parse({"kind": "http", "status": status}))
    answer = await http(octopus, RATES)
    assert (answer.status, answer.headers["content-type"]) == (status, content_type)
    assert says in answer.text


async def test_a_throttled_client_is_told_how_long_to_wait(octopus: Octopus) -> None:
    octopus.break_with(parse({"kind": "http", "status": 429, "retry_after_s": 7}))
    answer = await http(octopus, RATES)
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")


async def test_at_speed_31_each_minute_brings_the_next_half_hour_to_now(wall: Wall) -> None:
    async with started(wall, speed=31) as simulation:
        octopus = simulation.service("octopus")
        wall.now = datetime(2026, 1, 15, 0, 0, 30, tzinfo=UTC)
        first = (await http(octopus, window("2026-01-15T00:00:00Z", "2026-01-15T06:00:00Z"))).json()["results"][::-1]
        wall.now += timedelta(minutes=1)
        then = (await http(octopus, window("2026-01-15T00:00:00Z", "2026-01-15T06:00:00Z"))).json()["results"][::-1]
        assert [row["valid_from"] for row in then] == [row["valid_from"] for row in first]
        assert [row["value_inc_vat"] for row in then[:-1]] == [row["value_inc_vat"] for row in first[1:]]


async def test_a_real_price_file_is_served(wall: Wall, tmp_path: Any) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("valid_from,value_exc_vat\n2022-03-01T10:00:00Z,-3.21\n")
    async with started(wall, prices=str(file), prices_from="2022-03-01") as simulation:
        body = (await http(simulation.service("octopus"), RATES)).json()
    assert [(row["valid_from"], row["value_exc_vat"]) for row in body["results"]] == [("2026-01-15T10:00:00Z", -3.21)]
