"""Prices from an entity of Home Assistant."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from energy.contract import Order, SourceError
from energy.sources.home_assistant import _read
from energy.sources.table import SOURCES, check
from miners.power.client import TokenRejected
from tests.energy.market import Street, street
from tests.energy.rows import at

PRICE = {"entity_id": "sensor.electricity_price"}


@pytest.fixture
def here() -> Iterator[Street]:
    with street("2026-01-18 14:10") as place:
        yield place


async def test_the_state_is_the_price_of_the_slot_of_now(here: Street) -> None:
    here.services["home_assistant"].state = "0.2345"
    answer = await here.fetch("home_assistant", parameters=PRICE | {"slot_minutes": "60"})
    (rate,) = answer.rates
    assert (rate.valid_from, rate.valid_to) == (at("2026-01-18 14:00"), at("2026-01-18 15:00"))
    assert rate.price_pence == Decimal("23.45")


@pytest.mark.parametrize(
    ("unit", "state", "currency", "pence"),
    [
        ("GBP/kWh", "0.2345", "GBP", "23.45"),
        ("£/kWh", "-0.01", "GBP", "-1"),
        ("p/kWh", "23.45", "GBP", "23.45"),
        ("EUR/MWh", "81.2", "EUR", "8.12"),
        ("€/kWh", "0.3", "EUR", "30"),
        ("ct/kWh", "30", "EUR", "30"),
        ("öre/kWh", "125.5", "SEK", "125.5"),
        ("kr/kWh", "1.25", "NOK", "125"),
    ],
)
async def test_the_unit_tells_the_scale(here: Street, unit: str, state: str, currency: str, pence: str) -> None:
    home = here.services["home_assistant"]
    home.unit, home.state = unit, state
    answer = await here.fetch("home_assistant", parameters=PRICE, currency=currency)
    assert answer.rates[0].price_pence == Decimal(pence)


@pytest.mark.parametrize(("unit", "currency"), [("W", "GBP"), ("", "GBP"), ("EUR/kWh", "GBP"), ("GBP/h", "GBP")])
async def test_another_unit_is_no_price(here: Street, unit: str, currency: str) -> None:
    here.services["home_assistant"].unit = unit
    with pytest.raises(SourceError, match="is not a price in GBP per kWh"):
        await here.fetch("home_assistant", parameters=PRICE, currency=currency)


@pytest.mark.parametrize("state", ["unavailable", "unknown", "nan", "inf", "", "2.01", "-9"])
async def test_a_state_that_is_no_price_is_said(here: Street, state: str) -> None:
    here.services["home_assistant"].state = state
    with pytest.raises(SourceError, match="that is no price of 2026-01-18 14:00 UTC"):
        await here.fetch("home_assistant", parameters=PRICE)


async def test_at_the_start_of_a_slot_the_price_before_it_is_not_taken(here: Street) -> None:
    here.now = at("2026-01-18 14:30")
    here.services["home_assistant"].heard_at = at("2026-01-18 14:29")
    assert (await here.fetch("home_assistant", parameters=PRICE)).rates == ()
    here.now = at("2026-01-18 14:32")
    assert len((await here.fetch("home_assistant", parameters=PRICE)).rates) == 1


async def test_a_rejected_token_is_passed_on(here: Street) -> None:
    with pytest.raises(TokenRejected):
        await here.fetch("home_assistant", secret="wrong")


def told(attributes: dict[str, Any]) -> list[str]:
    parameters = check(SOURCES["home_assistant"], {"entity_id": "sensor.x"})
    order = Order(base="", since=at("2026-01-18 14:00"), now=at("2026-01-18 14:10"), parameters=parameters)
    rates, _ = _read({"state": "0", "attributes": attributes}, order, "sensor.x")
    return [f"{rate.valid_from:%H:%M}-{rate.valid_to:%H:%M} {rate.price_pence.normalize():f}" for rate in rates]


def test_the_lists_of_well_known_integrations_are_read() -> None:
    start, middle, end = (f"2026-01-18T{clock}:00+00:00" for clock in ("14:00", "14:30", "15:00"))
    octopus = {"rates": [{"start": start, "end": middle, "value_inc_vat": 0.1525, "is_capped": False}]}
    assert told(octopus) == ["14:00-14:30 15.25"]
    nordpool = {
        "unit_of_measurement": "GBP/kWh",
        "raw_today": [{"start": start, "end": middle, "value": 0.1}],
        "raw_tomorrow": [{"start": middle, "end": end, "value": 0.2}],
    }
    assert told(nordpool) == ["14:00-14:30 10", "14:30-15:00 20"]
    epex = {
        "unit_of_measurement": "£/kWh",
        "data": [{"start_time": start, "end_time": end, "price_per_kwh": 0.3}, {"start_time": end, "price": None}],
    }
    assert told(epex) == ["14:00-15:00 30"]


def test_lists_of_which_nothing_can_be_used_are_said() -> None:
    with pytest.raises(SourceError, match="None of the prices of"):
        told({"unit_of_measurement": "GBP/kWh", "rates": [{"start": "noon", "value": 0.1}]})
