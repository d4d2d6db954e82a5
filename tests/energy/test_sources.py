"""Every source that is asked over HTTP, against a simulation of its service on a socket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from energy.contract import SourceError
from energy.simulators.market import per_mwh
from energy.sources import agile_predict
from tests.energy.market import ASKED, Street, street
from tests.energy.rows import at

BERLIN = ZoneInfo("Europe/Berlin")
QUARTER, HALF, HOUR = (timedelta(minutes=minutes) for minutes in (15, 30, 60))
LENGTHS = {
    "octopus": HALF,
    "tibber": QUARTER,
    "nord_pool": QUARTER,
    "energy_charts": QUARTER,
    "awattar": HOUR,
    "home_assistant": HALF,
}


@pytest.fixture(scope="module")
def here() -> Iterator[Street]:
    with street("2026-01-18 14:10") as place:
        yield place


@pytest.mark.parametrize("kind", ASKED)
async def test_slots_have_the_sources_length_and_reach_as_far_as_it_publishes(here: Street, kind: str) -> None:
    here.now = at("2026-01-18 14:10")
    answer = await here.fetch(kind)
    assert answer.rejected == ()
    assert {rate.valid_to - rate.valid_from for rate in answer.rates} == {LENGTHS[kind]}
    assert all(earlier.valid_to == later.valid_from for earlier, later in pairwise(answer.rates))
    assert answer.rates[0].valid_from <= here.now
    # Octopus' next day comes at 16:00; the market's came at 12:45 and ends at midnight in central Europe
    ends = "2026-01-18 23:00" if kind in {"octopus", "home_assistant"} else "2026-01-19 23:00"
    assert answer.rates[-1].valid_to == at(ends)


@pytest.mark.parametrize("kind", ["tibber", "nord_pool", "energy_charts", "awattar"])
async def test_before_noon_only_today_is_known(here: Street, kind: str) -> None:
    here.now = at("2026-01-18 09:00")
    assert (await here.fetch(kind)).rates[-1].valid_to == at("2026-01-18 23:00")


@pytest.mark.parametrize(("day", "quarters"), [("2026-03-29", 92), ("2026-10-25", 100), ("2026-01-18", 96)])
@pytest.mark.parametrize("kind", ["tibber", "nord_pool", "energy_charts", "awattar"])
async def test_a_day_of_a_clock_change_is_whole(here: Street, kind: str, day: str, quarters: int) -> None:
    here.now = at(f"{day} 10:00")
    answer = await here.fetch(kind, since=here.now - timedelta(hours=20))
    of_day = [rate for rate in answer.rates if f"{rate.valid_from.astimezone(BERLIN):%Y-%m-%d}" == day]
    assert sum((rate.valid_to - rate.valid_from) // QUARTER for rate in of_day) == quarters
    assert all(earlier.valid_to == later.valid_from for earlier, later in pairwise(of_day))


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "http", "status": 403}, "403"),
    ({"kind": "http", "status": 500}, "500"),
    ({"kind": "http", "status": 429, "retry_after_s": 120}, "429"),
    ({"kind": "truncated"}, ""),
    ({"kind": "garbage"}, "not JSON"),
    ({"kind": "html"}, "not JSON"),
    ({"kind": "redirect"}, ""),
    ({"kind": "endless"}, "MiB"),
    ({"kind": "reset"}, ""),
]


@pytest.mark.parametrize("kind", [kind for kind in ASKED if kind not in {"octopus", "home_assistant"}])
@pytest.mark.parametrize(("how", "part"), FAULTS)
async def test_every_way_a_source_breaks_is_one_sentence(
    here: Street, kind: str, how: dict[str, Any], part: str
) -> None:
    here.now = at("2026-01-18 14:10")
    here.break_with(kind, how)
    try:
        with pytest.raises(SourceError) as caught:
            await here.fetch(kind)
    finally:
        here.break_with(kind)
    assert part in str(caught.value)
    assert str(caught.value).endswith(".")
    assert caught.value.retry_after_s == how.get("retry_after_s")
    assert (await here.fetch(kind)).rates


async def test_a_wholesale_price_goes_through_the_formula(here: Street) -> None:
    here.now = at("2026-01-18 14:10")
    plain = await here.fetch("energy_charts")
    assert plain.rates[0].price_pence == Decimal(str(per_mwh(plain.rates[0].valid_from))) / 10
    parameters = {"zone": "DE-LU", "multiplier": "1.02", "added": 17.5, "vat_percent": "19"}
    paid = await here.fetch("energy_charts", parameters=parameters)
    expected = (plain.rates[0].price_pence * Decimal("1.02") + Decimal("17.5")) * Decimal("1.19")
    assert paid.rates[0].price_pence == expected.quantize(Decimal("0.0001"))
    assert paid.product == "DE-LU ×1.02 +17.5 VAT 19%"


async def test_great_britain_has_a_market_of_its_own(here: Street) -> None:
    here.now = at("2026-01-18 14:10")
    answer = await here.fetch("nord_pool", currency="GBP", parameters={"area": "gb"})
    assert {rate.valid_to - rate.valid_from for rate in answer.rates} == {HOUR}


@pytest.mark.parametrize(
    ("kind", "parameters", "sentence"),
    [
        ("nord_pool", {"area": "XX9"}, "Nord Pool has no prices for XX9: check its name."),
        ("energy_charts", {"zone": "GB"}, "Energy-Charts answered HTTP 422."),
        ("tibber", {"home_id": "elsewhere"}, "Tibber says: No such home."),
        ("home_assistant", {"entity_id": "sensor.none"}, "Home Assistant does not know sensor.none: check its name."),
    ],
)
async def test_a_place_it_does_not_know_is_said(
    here: Street, kind: str, parameters: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SourceError) as caught:
        await here.fetch(kind, parameters=parameters)
    assert str(caught.value) == sentence


async def test_tibber_is_asked_for_the_only_home_and_for_a_choice_among_several(here: Street) -> None:
    tibber = here.services["tibber"]
    assert (await here.fetch("tibber")).product == f"home {tibber.homes[0][:8]}"
    tibber.homes = ("one", "two")
    try:
        with pytest.raises(SourceError, match="knows 2 homes of yours: enter the id of one: one, two"):
            await here.fetch("tibber")
        assert (await here.fetch("tibber", parameters={"home_id": "two"})).rates
    finally:
        del tibber.homes


async def test_tibber_rejects_a_token_and_another_currency_is_refused(here: Street) -> None:
    with pytest.raises(SourceError, match="rejects the access token"):
        await here.fetch("tibber", secret="wrong")
    with pytest.raises(SourceError, match="prices are in EUR: choose that currency"):
        await here.fetch("tibber", currency="SEK")


async def test_forecasts_come_with_their_range(here: Street) -> None:
    here.now = at("2026-01-18 14:10")
    rates = await agile_predict.fetch(here_order(here))
    assert len(rates) > 6 * 48
    assert all(rate.low_pence < rate.price_pence < rate.high_pence for rate in rates)  # type: ignore[operator]


@pytest.mark.parametrize(("how", "part"), FAULTS)
async def test_a_forecast_that_breaks_is_one_sentence(here: Street, how: dict[str, Any], part: str) -> None:
    here.break_with("agile_predict", how)
    try:
        with pytest.raises(SourceError) as caught:
            await agile_predict.fetch(here_order(here))
    finally:
        here.break_with("agile_predict")
    assert part in str(caught.value)


def here_order(here: Street) -> Any:
    order = here.order("octopus")
    return type(order)(base=here.base("agile_predict"), since=here.now, now=here.now, region="C")
