"""A tick that knows no price looks for one before it decides, through a real HTTP server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings

from energy.models import PriceSlot
from energy.services import set_tariff
from hmm_project.config import Endpoints
from hmm_project.locks import hold
from strategy import services
from strategy.contract import Goal
from tests.energy.rows import PRODUCT, RATES, at, envelope, slots
from tests.energy.scripted import Reply, Script, serve

pytestmark = pytest.mark.django_db
NOW = at("2026-01-18 12:05")


@pytest.fixture
def octopus(settings: Settings) -> Iterator[Script]:
    with serve() as script:
        settings.CONFIG = replace(settings.CONFIG, endpoints=Endpoints(octopus=script.url))
        script.answer(RATES, Reply(envelope(slots(at("2026-01-17 00:00"), [5.25] * 94))))
        set_tariff(source="octopus", region="A", product=PRODUCT, actor="ada", now=NOW)
        yield script


def test_the_first_tick_after_a_long_absence_fetches_and_then_decides(octopus: Script) -> None:
    decision = services.tick(NOW)

    assert decision.band is not None
    assert PriceSlot.objects.exists()


def test_with_a_price_known_nothing_is_fetched(octopus: Script) -> None:
    services.tick(NOW)
    asked = len(octopus.asked)

    services.tick(NOW + timedelta(hours=8))

    assert len(octopus.asked) == asked


def test_a_source_that_fails_is_not_asked_every_minute_and_the_safe_action_stands(octopus: Script) -> None:
    octopus.answer(RATES, Reply(status=500))
    decisions = [services.tick(NOW + timedelta(seconds=seconds)) for seconds in (0, 20, 40)]

    assert {decision.goal for decision in decisions} == {Goal.OFF}
    assert len([path for path in octopus.asked if path.startswith(RATES)]) == 1


def test_a_refresh_under_way_is_waited_for_but_not_for_ever(octopus: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PRICE_WAIT_S", 0.2)
    with hold("prices", ttl_s=30):
        assert services.tick(NOW).band is None
