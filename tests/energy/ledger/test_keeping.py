"""The ledger says the same however often, in whatever order, and however late it is kept."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from celery import current_app
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from energy import repricing
from energy.ledger import keep, marks
from energy.models import EnergySlot, LedgerMark, PriceSlot, StaleHour
from energy.tasks import keep_ledger
from hmm_project.locks import hold
from miners.models import Miner, Telemetry
from tests.energy.ledger.facts import NOON, at, miner, priced, read, readings, tariff

pytestmark = pytest.mark.django_db


def kept(*names: str) -> list[tuple[Any, ...]]:
    names = names or ("start", "kwh", "price_pence", "cost_pence")
    return list(EnergySlot.objects.order_by("miner_id", "start").values_list(*names))


def everything() -> list[tuple[Any, ...]]:
    return kept(*(field.attname for field in EnergySlot._meta.local_fields))


def test_a_slot_costs_what_it_drew_at_its_price() -> None:
    tariff()
    priced(NOON, [20, "-1.5"])
    read(readings(miner(), NOON, at(60)))
    keep(at(62))
    assert kept()[:2] == [(NOON, 0.05, 20, 1), (at(30), 0.05, Decimal("-1.5"), Decimal("-0.075"))]
    assert kept("measured_s", "unmeasured_s", "ths", "mining_s")[:2] == [(1800, 0, 1800, 1800)] * 2


def test_an_unknown_price_is_an_unknown_cost_on_half_hours() -> None:
    read(readings(miner(), NOON, at(60)))
    keep(at(62))
    assert kept()[:2] == [(NOON, 0.05, None, None), (at(30), 0.05, None, None)]


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_slots_are_as_long_as_their_prices(minutes: int) -> None:
    tariff()
    priced(NOON, [10] * (60 // minutes), minutes=minutes)
    read(readings(miner(), NOON, at(60)))
    keep(at(62))
    rows = EnergySlot.objects.filter(start__lt=at(60))
    assert [row.end - row.start for row in rows] == [timedelta(minutes=minutes)] * (60 // minutes)
    assert sum(row.cost_pence for row in rows) == 1


def test_a_miner_that_was_not_heard_has_unmeasured_slots_and_one_that_was_not_there_has_none() -> None:
    heard, silent = miner(), miner("Silent")
    miner("Later", since=at(61))
    miner("Spare", enabled=False)
    read(readings(heard, NOON, at(60)))
    keep(at(60))
    rows = kept("miner_id", "measured_s", "unmeasured_s", "ths")
    assert rows == [(heard.pk, 1800, 0, 1800)] * 2 + [(silent.pk, 0, 1800, None)] * 2


def test_a_miner_has_no_slot_from_before_it_was_there() -> None:
    read(readings(miner(since=at(40)), at(40), at(60)))
    keep(at(60))
    assert kept("start", "measured_s", "unmeasured_s") == [(at(30), 1200, 0)]


def test_the_slot_in_progress_grows_every_minute_and_is_finished_once_it_is_over() -> None:
    read(readings(miner(), NOON, at(40)))
    keep(at(10))
    assert kept("start", "measured_s", "unmeasured_s") == [(NOON, 600, 0)]
    assert not LedgerMark.objects.exists()
    keep(at(20))
    assert kept("start", "measured_s", "unmeasured_s") == [(NOON, 1200, 0)]
    keep(at(31))
    assert LedgerMark.objects.get().done_until == at(30)
    assert kept("start", "measured_s") == [(NOON, 1800), (at(30), 60)]


def test_a_slot_is_not_finished_before_its_last_reading_had_time_to_come() -> None:
    made = miner()
    read(readings(made, at(30), at(59)))
    keep(at(60.5))
    assert LedgerMark.objects.filter(done_until=at(30)).exists()
    read(readings(made, at(59), at(60)))
    keep(at(61))
    assert kept("start", "measured_s")[1] == (at(30), 1800)


def test_who_measured_is_kept() -> None:
    made = miner(estimated_power_w=50)
    read(readings(made, NOON, at(10), wall_power_w=110.0), readings(made, at(10), at(20)))
    read(readings(made, at(20), at(30), power_w=None))
    keep(at(32))
    hours = 10 / 60
    assert kept("kwh_wall", "kwh_device", "kwh_estimate")[0] == pytest.approx((0.11 * hours, 0.1 * hours, 0.05 * hours))


def test_a_reading_that_comes_late_is_put_in_its_place() -> None:
    made = miner()
    every = readings(made, NOON, at(150))
    read(every[:40], every[80:])
    keep(at(152))
    incomplete = kept()
    read(every[40:80])
    assert StaleHour.objects.count() == 1
    keep(at(152))
    assert kept() != incomplete
    assert kept("kwh")[:4] == [(0.05,)] * 4
    assert not StaleHour.objects.exists()


def test_late_readings_at_the_end_of_an_hour_reach_into_the_next() -> None:
    made = miner()
    read(readings(made, at(61), at(150)))
    keep(at(152))
    read(readings(made, at(59), at(60)))
    keep(at(152))
    assert kept("measured_s")[2] == (1800,)


def test_after_an_absence_everything_is_made_up_a_few_hours_at_a_time() -> None:
    read(readings(miner(), NOON, at(60)), readings(miner("Red"), at(60 * 20), at(60 * 20 + 5)))
    keep(at(60 * 30))
    assert LedgerMark.objects.get().done_until == at(60 * 12)
    keep(at(60 * 30))
    keep(at(60 * 30))
    assert LedgerMark.objects.get().done_until == at(60 * 30 - 30)
    assert EnergySlot.objects.count() == 2 * 60


def test_twice_is_the_same_as_once() -> None:
    tariff()
    priced(NOON, [20, 10, 30])
    read(readings(miner(), NOON, at(100)))
    keep(at(100))
    once = everything()
    keep(at(100))
    marks.note_span(NOON, at(100))
    keep(at(100))
    assert everything() == once


def test_a_corrected_price_and_one_that_comes_late_give_what_they_would_have_given_at_first() -> None:
    tariff()
    priced(NOON, [20])
    read(readings(miner(), NOON, at(120)))
    keep(at(122))
    priced(NOON, [25, 10, "7.25", 40])
    repricing.stale(NOON, at(120))
    keep(at(122))
    later = everything()
    assert [row[3] for row in kept()][:4] == [Decimal(each) for each in ("1.25", "0.5", "0.3625", "2")]
    EnergySlot.objects.all().delete()
    LedgerMark.objects.all().delete()
    keep(at(122))
    assert everything() == later


def test_prices_of_other_lengths_replace_the_slots_there_were() -> None:
    tariff()
    read(readings(miner(), NOON, at(60)))
    keep(at(62))
    priced(NOON, [10, 20, 30, 40], minutes=15)
    repricing.stale(NOON, at(60))
    keep(at(62))
    assert [row[3] for row in kept()][:4] == [Decimal(each) / 4 for each in (1, 2, 3, 4)]


def test_rows_whose_readings_are_gone_are_priced_again_and_keep_their_energy() -> None:
    tariff()
    priced(NOON, [20])
    read(readings(miner(), NOON, at(60)))
    keep(at(62))
    Telemetry.objects.all().delete()  # as retention does
    priced(NOON, [30, 10])
    repricing.stale(NOON, at(60))
    LedgerMark.objects.update(done_until=at(60 * 24 * 9))
    keep(at(60 * 24 * 9))
    assert kept()[:2] == [(NOON, 0.05, 30, Decimal("1.5")), (at(30), 0.05, 10, Decimal("0.5"))]


@pytest.mark.parametrize("days", [0, 9])
def test_what_was_paid_under_another_tariff_stays_paid(days: int) -> None:
    tariff()
    priced(NOON, [20, 20])
    read(readings(miner(), NOON, at(60)))
    keep(at(62))
    tariff("A")
    priced(NOON, [1, 1, 1], series="octopus:A")
    repricing.stale(NOON, at(90))
    LedgerMark.objects.update(done_until=at(60 + 60 * 24 * days))
    keep(at(62 + 60 * 24 * days))
    assert [row[3] for row in kept()][:2] == [1, 1]


def test_a_span_ahead_of_the_ledger_marks_nothing() -> None:
    repricing.stale(NOON, at(60 * 24))
    assert not StaleHour.objects.exists()
    read(readings(miner(), NOON, at(60)))
    keep(at(62))
    repricing.stale(at(60 * 24), at(60 * 48))
    repricing.stale(at(10), at(10))
    assert not StaleHour.objects.exists()


def test_costs_of_a_miner_that_was_removed_stay() -> None:
    made = miner()
    read(readings(made, NOON, at(60)))
    keep(at(62))
    Miner.objects.all().delete()
    keep(at(63))
    marks.note_span(NOON, at(60))
    keep(at(63))
    assert [row[1] for row in kept()[:2]] == [0.05, 0.05]


def test_what_is_older_than_hours_are_kept_is_forgotten() -> None:
    read(readings(miner(), NOON, at(60)))
    keep(at(62))
    LedgerMark.objects.update(done_until=NOON + timedelta(days=1826))
    keep(NOON + timedelta(days=1826))
    assert not EnergySlot.objects.filter(start__lt=at(60)).exists()


def test_an_hour_takes_the_same_queries_for_one_miner_and_for_twenty(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made = [miner(f"Miner {number}") for number in range(20)]
    read(readings(made[0], NOON, at(30)))
    keep(at(31))
    with django_assert_num_queries(17) as one:
        keep(at(32))
    read(*(readings(each, at(32), at(40), power_w=50.0) for each in made[1:]))
    with django_assert_num_queries(len(one.captured_queries)):
        keep(at(40))


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(8)), st.lists(st.integers(1, 130), min_size=8, max_size=8))
def test_whatever_the_order_of_readings_and_runs_the_ledger_ends_the_same(order: list[int], runs: list[int]) -> None:
    """Parts of two hours, with a gap and a restart, come in any order, with a run of the ledger after each."""
    for model in (Telemetry, EnergySlot, LedgerMark, StaleHour, Miner):
        model._default_manager.all().delete()
    tariff()
    priced(NOON, [20, 10, -5])
    made = miner()
    parts = [
        readings(made, at(15 * part), at(15 * part + 12), uptime_s=part % 3, power_w=90.0 + part) for part in range(8)
    ]
    for part, minutes in zip(order, sorted(runs), strict=True):
        read(parts[part])
        keep(at(minutes))
    keep(at(150))
    mixed = everything()
    EnergySlot.objects.all().delete()
    LedgerMark.objects.all().delete()
    keep(at(150))
    assert everything() == mixed


def test_the_task_keeps_the_ledger_unless_somebody_does() -> None:
    assert current_app.tasks["energy.tasks.keep_ledger"].name == keep_ledger.name
    miner(since=NOON)
    with hold("ledger", ttl_s=5):
        keep_ledger()
    assert not EnergySlot.objects.exists()
    keep_ledger()
    assert EnergySlot.objects.count() >= 1
    assert not PriceSlot.objects.exists()
