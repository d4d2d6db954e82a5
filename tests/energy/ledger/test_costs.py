"""Costs by day, month, miner and slot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from energy import ledger
from energy.ledger import Today, costs, today
from energy.ledger.keeping import HOURS_AT_ONCE
from energy.models import EnergySlot
from tests.energy.ledger.facts import NOON, at, miner, priced, read, readings, tariff

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)


def keep(now: datetime) -> None:
    for _ in range(1 + int((now - NOON) / timedelta(hours=HOURS_AT_ONCE))):
        ledger.keep(now)


def slot(made_id: int, start: datetime, kwh: float = 0.05, pence: float | None = 20, **fields: object) -> None:
    told = {"measured_s": 1800, "mining_kwh": kwh, "mining_s": 1800, "kwh_device": kwh, "ths": 1800} | fields
    EnergySlot.objects.create(
        miner_id=made_id, start=start, end=start + timedelta(minutes=30), price_pence=pence, **told
    )


def local(*day: int) -> datetime:
    return datetime(*day, tzinfo=LONDON)  # type: ignore[arg-type]


@pytest.mark.parametrize(("day", "count"), [((2024, 3, 31), 46), ((2024, 6, 1), 48), ((2024, 10, 27), 50)])
def test_a_local_day_has_its_slots_and_their_hand_sum(day: tuple[int, int, int], count: int) -> None:
    made, start = miner(since=local(2024, 1, 1)), local(*day).astimezone(UTC)
    tariff()
    prices = [round(number * 0.7 - 3, 4) for number in range(count)]
    priced(start, prices)
    end = start + timedelta(minutes=30) * count
    read(readings(made, start - timedelta(minutes=10), end + timedelta(minutes=10)))
    for _ in range(5):
        ledger.keep(end + timedelta(minutes=10))
    row = next(row for row in costs(start - DAY, end + DAY) if row.start == start)
    assert row.end == end
    assert row.kwh == pytest.approx(0.05 * count)
    assert row.cost_pence == sum(Decimal(str(price)) * Decimal("0.05") for price in prices)
    assert row.saved_pence == 0
    assert (row.unmeasured_s, row.unpriced_kwh) == (0, 0)


def test_saved_is_what_mining_all_the_time_would_have_cost_more() -> None:
    tariff()
    priced(NOON, [10, 40, -8])
    made = miner()
    read(readings(made, NOON, at(30)), readings(made, at(30), at(60), power_w=4.0, hashrate_ghs=0.0, state="paused"))
    read(readings(made, at(60), at(90), power_w=4.0, hashrate_ghs=0.0, state="paused"))
    keep(at(90))
    (row,) = costs(NOON, at(90))
    assert row.cost_pence == Decimal("0.5") + Decimal("0.002") * (40 - 8)
    assert row.baseline_pence == Decimal("0.05") * (10 + 40 - 8)
    assert row.saved_pence == row.baseline_pence - row.cost_pence
    assert row.ths == 1800
    assert [each.saved_pence for each in costs(NOON, at(90), "slot")] == [0, Decimal("1.92"), Decimal("-0.384")]


def test_time_in_which_a_plug_was_off_is_saved_too() -> None:
    tariff()
    priced(NOON, [10, 40])
    read(readings(miner(), NOON, at(29)))
    keep(at(60))
    (row,) = costs(NOON, at(60))
    assert (row.baseline_pence, row.saved_pence) == (Decimal("2.5"), Decimal(2))
    assert row.unmeasured_s == 1800


def test_an_unknown_price_is_in_no_cost_and_no_saving_but_told() -> None:
    made = miner()
    slot(made.pk, NOON)
    slot(made.pk, at(30), pence=None)
    (row,) = costs(NOON, at(60))
    assert (row.cost_pence, row.baseline_pence, row.unpriced_kwh) == (1, 1, pytest.approx(0.05))
    unknown = costs(at(30), at(60))[0]
    assert (unknown.cost_pence, unknown.baseline_pence, unknown.saved_pence, unknown.pence_per_th) == (None,) * 4
    assert unknown.kwh == 0.05


def test_where_nothing_tells_what_it_would_draw_nothing_is_saved() -> None:
    known, unknown = miner(), miner("Unknown")
    slot(known.pk, NOON, kwh=0.05)
    slot(unknown.pk, NOON, kwh=0.01, mining_s=0, mining_kwh=0, ths=None)
    (row,) = costs(NOON, at(30))
    assert (row.cost_pence, row.baseline_pence, row.saved_pence) == (Decimal("1.2"), 1, 0)
    by_miner = {row.name: row for row in costs(NOON, at(30), "miner")}
    assert by_miner["Unknown"].saved_pence is None
    assert (by_miner["Unknown"].ths, by_miner["Unknown"].pence_per_th) == (None, None)
    assert by_miner["Blue"].pence_per_th == pytest.approx(1 / 1800)


def test_months_and_days_are_the_households(settings: Settings) -> None:
    made = miner(since=local(2024, 1, 1))
    for start in (local(2024, 6, 30, 23, 30), local(2024, 7, 1, 0, 0), local(2024, 7, 1, 0, 30)):
        slot(made.pk, start)
    since, until = local(2024, 6, 1), local(2024, 8, 1)
    assert [(row.name, row.kwh) for row in costs(since, until, "month")] == [("2024-06", 0.05), ("2024-07", 0.1)]
    assert [row.name for row in costs(since, until)] == ["2024-06-30", "2024-07-01"]
    assert costs(since, until, "month")[1].start == local(2024, 7, 1)
    assert costs(local(2024, 6, 30), local(2024, 7, 2), "slot")[0].name == "2024-06-30T22:30Z"


def test_a_removed_miner_is_still_named() -> None:
    slot(77, NOON)
    assert [row.name for row in costs(NOON, at(30), "miner")] == ["removed miner 77"]


@pytest.mark.parametrize("by", ["day", "month", "miner", "slot"])
def test_costs_take_three_queries_however_many_miners(
    by: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        slot(miner(f"Miner {number}").pk, NOON)
    with django_assert_num_queries(3):
        costs(NOON - 20 * DAY, at(60), by)
    for number in range(3, 12):
        slot(miner(f"Miner {number}").pk, NOON)
    with django_assert_num_queries(3):
        costs(NOON - 20 * DAY, at(60), by)


def test_today_begins_at_the_local_midnight() -> None:
    made = miner()
    slot(made.pk, local(2024, 7, 1, 23, 30), kwh=9)
    slot(made.pk, local(2024, 7, 2, 0, 0), kwh=0.05)
    now = local(2024, 7, 2, 0, 20).astimezone(UTC)
    assert today(now) == Today(0.05, Decimal(1), Decimal(0), 1800, 0)
    assert today(now + 5 * DAY) == Today()


@pytest.mark.parametrize(
    ("since", "until", "by", "sentence"),
    [
        (at(1), at(0), "day", "`to` must be after `from`"),
        (at(0), at(1), "week", "`by` must be one of day, month, miner, slot, not 'week'"),
        (at(0), at(0) + 33 * DAY, "slot", "by slot, `from` and `to` may be 32 days apart at most"),
    ],
)
def test_an_impossible_question_is_refused(since: datetime, until: datetime, by: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + sentence.replace("`", ".")):
        costs(since, until, by)
