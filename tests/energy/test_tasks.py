"""The minute task of prices."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from celery import current_app

from energy import prices
from energy.services import set_tariff
from energy.tasks import keep_prices
from hmm_project.journal.models import Alert
from hmm_project.locks import hold
from tests.energy.rows import PRODUCT, RATES, at, envelope, slots
from tests.energy.scripted import Reply, Script

pytestmark = pytest.mark.django_db

YESTERDAY = at("2026-01-17 00:00")


def run_at(text: str) -> datetime:
    now = at(text)
    with time_machine.travel(now, tick=False):
        keep_prices()
    return now


def test_the_task_has_the_name_the_schedule_calls_it_by() -> None:
    assert current_app.tasks["energy.tasks.keep_prices"].name == keep_prices.name


def test_a_day_of_minutes_asks_octopus_a_handful_of_times(octopus: Script) -> None:
    set_tariff(source="octopus", region="A", product=PRODUCT, actor="ada", now=at("2026-01-18 12:00"))
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    for hour in range(12, 16):
        for minute in range(0, 55, 6):
            run_at(f"2026-01-18 {hour}:{minute:02}")
    assert len(octopus.asked) == 1
    run_at("2026-01-18 15:55")
    run_at("2026-01-18 16:05")
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 142))))
    run_at("2026-01-18 16:10")
    for hour in range(17, 20):
        run_at(f"2026-01-18 {hour}:00")
    assert len(octopus.asked) == 3
    assert prices.newest_end() == at("2026-01-19 23:00")


def test_without_a_tariff_the_task_does_nothing(octopus: Script) -> None:
    run_at("2026-01-18 12:00")
    assert octopus.asked == []


def test_while_somebody_else_refreshes_the_task_only_watches(octopus: Script) -> None:
    set_tariff(source="octopus", region="A", product=PRODUCT, actor="ada", now=at("2026-01-18 12:00"))
    with hold("prices", ttl_s=5):
        run_at("2026-01-18 12:01")
    assert octopus.asked == []


def test_octopus_going_silent_ends_in_an_alert(octopus: Script) -> None:
    set_tariff(source="octopus", region="A", product=PRODUCT, actor="ada", now=at("2026-01-18 12:00"))
    octopus.answer(RATES, Reply({}, 500))
    run_at("2026-01-18 12:00")
    assert Alert.objects.get().message == "No price is known yet. Octopus answered HTTP 500."
