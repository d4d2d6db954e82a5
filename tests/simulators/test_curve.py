"""The made-up prices and the horizon: pure functions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.simulators.curve import FORMULA, SLOT, from_csv, made_up, pence_before_vat, windy, with_vat
from energy.simulators.horizon import Scroll, horizon

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SLOTS_A_YEAR = 365 * 48


def year(region: str = "A") -> list[float]:
    return [float(with_vat(pence_before_vat(region, YEAR + SLOT * index))) for index in range(SLOTS_A_YEAR)]


@given(st.sampled_from(sorted(FORMULA)), st.integers(0, 100_000))
def test_a_slot_always_costs_the_same_and_never_beyond_the_cap(region: str, index: int) -> None:
    slot = YEAR + SLOT * index
    price = pence_before_vat(region, slot)
    pence_before_vat.cache_clear()
    assert pence_before_vat(region, slot) == price
    assert Decimal(-60) < price <= Decimal("95.23")
    assert price == price.quantize(Decimal("0.01"))


def test_evenings_are_dear_nights_cheap_and_some_slots_negative() -> None:
    prices = year()
    by_hour = [mean(prices[hour * 2 :: 48] + prices[hour * 2 + 1 :: 48]) for hour in range(24)]
    assert mean(by_hour[16:18]) > 30  # 16:00 to 18:00 UTC is in the peak all year round
    assert mean(by_hour[1:4]) < 10
    assert 0.01 < sum(price < 0 for price in prices) / len(prices) < 0.04
    assert 12 < mean(prices) < 20


def test_the_peak_keeps_local_time_in_summer() -> None:
    quiet = next(day for day in range(180, 200) if not windy(date(2026, 1, 1) + timedelta(days=day)))
    midnight = YEAR + timedelta(days=quiet)
    before = float(pence_before_vat("A", midnight + timedelta(hours=14, minutes=30)))
    peak = float(pence_before_vat("A", midnight + timedelta(hours=15)))
    assert peak - before > 10


def test_windy_days_come_about_every_week() -> None:
    days = sum(windy(date(2026, 1, 1) + timedelta(days=day)) for day in range(365))
    assert 30 < days < 90


def test_a_shift_moves_the_day_to_later() -> None:
    later = made_up(timedelta(hours=5))
    assert later("C", YEAR + timedelta(hours=22)) == pence_before_vat("C", YEAR + timedelta(hours=17))


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-01-15T15:59", "2026-01-15T23:00"),  # winter: local time is UTC
        ("2026-01-15T16:00", "2026-01-16T23:00"),
        ("2026-01-16T00:00", "2026-01-16T23:00"),
        ("2026-07-15T14:59", "2026-07-15T22:00"),  # summer: an hour earlier in UTC
        ("2026-07-15T15:00", "2026-07-16T22:00"),
        ("2026-03-28T17:00", "2026-03-29T22:00"),  # the clock goes forward in between
        ("2026-10-24T17:00", "2026-10-25T23:00"),  # and back
    ],
)
def test_prices_are_known_until_23_00_local(now: str, ends: str) -> None:
    assert horizon(datetime.fromisoformat(now).replace(tzinfo=UTC)) == datetime.fromisoformat(ends).replace(tzinfo=UTC)


def test_the_curve_scrolls_by_whole_slots() -> None:
    scroll = Scroll(31, YEAR)
    assert scroll.ahead(YEAR + timedelta(seconds=59)) == timedelta(0)
    assert scroll.ahead(YEAR + timedelta(minutes=1)) == SLOT
    assert scroll.ahead(YEAR + timedelta(minutes=48)) == timedelta(days=1)
    assert Scroll(1, YEAR).ahead(YEAR + timedelta(days=9)) == timedelta(0)


def test_a_price_file_is_served_from_a_day_of_it_on(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(
        "valid_from,valid_to,value_exc_vat,value_inc_vat\n"
        "2022-03-01T00:00:00Z,2022-03-01T00:30:00Z,8.83,9.2715\n"
        "2022-03-02T00:00:00Z,2022-03-02T00:30:00Z,-1.5,-1.575\n"
    )
    curve = from_csv(file, starts=date(2022, 3, 1), today=date(2026, 1, 1))
    assert [curve("A", YEAR + timedelta(days=day)) for day in (0, 1, 2)] == [Decimal("8.83"), Decimal("-1.5"), None]
    file.write_text("valid_from,value_exc_vat\n")
    with pytest.raises(ValueError, match="holds no prices"):
        from_csv(file, starts=None, today=date(2026, 1, 1))
