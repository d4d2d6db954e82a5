"""The simulated Octopus and our client agree, as the demo runs them: found, paged, published, broken and silent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from energy import prices
from energy.models import PriceSlot, Tariff
from energy.refreshing import expected_end
from energy.services import refresh, region_of, set_tariff
from energy.simulators.horizon import PUBLISHED_AT
from energy.simulators.octopus import Octopus
from energy.sources import octopus as source
from energy.sources.octopus import RHYTHM
from energy.sources.rates import SLOT
from hmm_project.config import Endpoints
from hmm_project.simulation import running
from miners.simulators.faults import parse as fault
from miners.simulators.fleet import parse as fleet
from miners.simulators.simulation import Simulation

pytestmark = pytest.mark.django_db


def octopus_of(simulation: Simulation) -> Octopus:
    service = simulation.service("octopus")
    assert isinstance(service, Octopus)
    return service


@pytest.fixture
def simulation(settings: Settings) -> Iterator[Simulation]:
    with running(fleet({"services": {"octopus": {"host": "127.0.0.1", "port": 0}}})) as house:
        url = f"http://{octopus_of(house).address}"
        settings.CONFIG = replace(settings.CONFIG, endpoints=Endpoints(octopus=url))
        yield house


@pytest.fixture
def now() -> datetime:
    now = timezone.now()
    set_tariff(source="octopus", region="C", product="", actor="ada", now=now)
    return now


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)  # noqa: TID251  polling a condition that has no event


def break_with(simulation: Simulation, **how: Any) -> None:
    octopus = octopus_of(simulation)
    simulation.do(lambda: octopus.break_with(fault(how) if how else None))


def test_prices_of_the_product_it_sells_are_known_until_its_horizon(simulation: Simulation, now: datetime) -> None:
    outcome = refresh(now)
    assert outcome.failure == ""
    assert outcome.product == "AGILE-24-10-01"
    assert outcome.newest_end == expected_end(now, RHYTHM, PUBLISHED_AT)
    rates = prices.known_rates(since=now - timedelta(days=1), until=now + timedelta(days=3))
    assert all(later.valid_from == earlier.valid_to for earlier, later in pairwise(rates))
    assert prices.rate_at(now) is not None


def test_a_long_absence_is_filled_over_its_pages(
    simulation: Simulation, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "PAGE_SIZE", 100)
    ended = now - timedelta(days=20)
    PriceSlot.objects.create(series="octopus:C", valid_from=ended - SLOT, valid_to=ended, price_pence=1)
    assert refresh(now).received >= 20 * 48
    rates = prices.known_rates(since=ended, until=now)
    assert len(rates) >= 20 * 48
    assert all(later.valid_from == earlier.valid_to for earlier, later in pairwise(rates))


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"kind": "http", "status": 403}, "refuses requests from this address"),
        ({"kind": "http", "status": 500}, "HTTP 500"),
        ({"kind": "http", "status": 404}, "HTTP 404"),
        ({"kind": "reset"}, "cannot be reached"),
        ({"kind": "truncated"}, "cannot be reached"),
        ({"kind": "garbage"}, "not JSON"),
        ({"kind": "html"}, "not JSON"),
        ({"kind": "empty"}, "not JSON"),
        ({"kind": "redirect"}, "another host"),
        ({"kind": "endless"}, "more than 4 MiB"),
        ({"kind": "refuse"}, "cannot be reached"),
    ],
)
def test_every_way_it_breaks_is_one_sentence_and_heals(
    simulation: Simulation, now: datetime, how: dict[str, Any], sentence: str
) -> None:
    break_with(simulation, **how)
    assert sentence in refresh(now).failure
    break_with(simulation)
    wait_until(lambda: octopus_of(simulation).listening)
    assert refresh(now).failure == ""


def test_it_is_left_alone_when_it_asks_for_it(simulation: Simulation, now: datetime) -> None:
    break_with(simulation, kind="http", status=429, retry_after_s=120)
    refresh(now)
    assert Tariff.objects.get().not_before == now + timedelta(seconds=120)


def test_when_it_falls_silent_what_is_known_stays_and_no_more_comes(simulation: Simulation, now: datetime) -> None:
    octopus = octopus_of(simulation)
    ends = (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
    simulation.do(lambda: octopus.fall_silent(ends))
    assert refresh(now).newest_end == ends
    simulation.do(lambda: octopus.fall_silent(None))
    assert (refresh(now).newest_end or now) > ends


def test_a_forced_price_arrives_with_vat(simulation: Simulation, now: datetime) -> None:
    octopus = octopus_of(simulation)
    simulation.do(lambda: octopus.force(now - timedelta(hours=1), now + timedelta(hours=1), 45))
    refresh(now)
    rate = prices.rate_at(now)
    assert rate is not None
    assert float(rate.price_pence) == 45


def test_a_postcode_leads_to_a_region(simulation: Simulation) -> None:
    assert region_of("SW1A 1AA", timezone.now()) == "C"
    assert region_of("TN1 1AA", timezone.now()) == "J"
