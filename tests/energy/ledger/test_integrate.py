"""Readings become energy: whatever way the time is cut, whatever is missing, the totals are the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.ledger.grid import Slot, slots
from energy.ledger.integrate import Sample, Use, integrate

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONGEST = timedelta(seconds=90)
LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def cut(*seconds: float) -> list[Slot]:
    return [Slot(at(start), at(end)) for start, end in pairwise(seconds)]


def done(
    samples: list[Sample], edges: list[Slot], *, until: datetime | None = None, estimate_w: float | None = None
) -> list[Use]:
    return integrate(samples, edges, longest=LONGEST, until=until or edges[-1].end, estimate_w=estimate_w)


def watts(seconds: float, device: float | None = 100, **other: object) -> Sample:
    return Sample(at(seconds), power_w=device, **other)  # type: ignore[arg-type]


def total(uses: list[Use], name: str) -> float:
    return sum(getattr(use, name) or 0 for use in uses)


def test_a_reading_holds_until_the_next() -> None:
    (use,) = done([watts(0, 100), watts(30, 200), watts(60, 0)], cut(0, 90))
    assert use.kwh == pytest.approx((100 * 30 + 200 * 30) / 3_600_000)
    assert (use.measured_s, use.unmeasured_s) == (90, 0)


def test_what_lies_beyond_the_longest_gap_is_unmeasured_and_not_guessed() -> None:
    (use,) = done([watts(0), watts(600)], cut(0, 630))
    assert use.measured_s == 90 + 30
    assert use.unmeasured_s == 510
    assert use.kwh == pytest.approx(100 * 120 / 3_600_000)


def test_a_reading_is_split_at_the_edge_of_a_slot() -> None:
    first, second = done([watts(50), watts(80)], cut(0, 60, 110))
    assert (first.measured_s, first.unmeasured_s) == (10, 50)
    assert (second.measured_s, second.unmeasured_s) == (50, 0)


def test_the_reading_before_the_first_slot_reaches_into_it() -> None:
    (use,) = done([watts(-40)], cut(0, 100))
    assert (use.measured_s, use.unmeasured_s) == (50, 50)


@pytest.mark.parametrize(
    ("wall", "device", "estimate", "kwh"),
    [(30, 20, 10, (30, 0, 0)), (0, 20, 10, (0, 0, 0)), (None, 20, 10, (0, 20, 0)), (None, None, 10, (0, 0, 10))],
)
def test_the_wall_goes_before_the_device_and_both_before_the_estimate(
    wall: float | None, device: float | None, estimate: float, kwh: tuple[float, ...]
) -> None:
    (use,) = done([watts(0, device, wall_power_w=wall)], cut(0, 36), estimate_w=estimate)
    assert (use.kwh_wall, use.kwh_device, use.kwh_estimate) == pytest.approx(tuple(each / 100_000 for each in kwh))
    assert use.measured_s == 36


@pytest.mark.parametrize(("mining", "estimate"), [(True, None), (False, 10.0)])
def test_where_nothing_tells_the_watts_the_time_is_unmeasured(mining: bool, estimate: float | None) -> None:
    (use,) = done([watts(0, None, mining=mining)], cut(0, 36), estimate_w=estimate)
    assert (use.kwh, use.measured_s, use.unmeasured_s) == (0, 0, 36)


def test_what_it_drew_while_it_mined_is_kept_apart() -> None:
    (use,) = done([watts(0, 100), watts(30, 4, mining=False)], cut(0, 60))
    assert (use.mining_kwh, use.mining_s) == pytest.approx((100 * 30 / 3_600_000, 30))
    assert use.measured_s == 60


def test_hashes_are_counted_where_a_rate_is_told_and_unknown_where_none_is() -> None:
    first, second = done([watts(0, None, hashrate_ghs=500.0), watts(30)], cut(0, 30, 60))
    assert (first.ths, second.ths) == (15, None)


def test_nothing_after_now_has_happened() -> None:
    first, second = done([watts(0), watts(30)], cut(0, 60, 120), until=at(45))
    assert (first.measured_s, first.unmeasured_s) == (45, 0)
    assert second == Use()


@pytest.mark.parametrize(
    ("day", "count"), [((2026, 3, 29), 46), ((2026, 6, 1), 48), ((2026, 10, 25), 50)], ids=["spring", "plain", "autumn"]
)
def test_a_constant_hundred_watts_is_a_twentieth_of_a_kwh_in_every_slot_of_a_local_day(
    day: tuple[int, int, int], count: int
) -> None:
    start = datetime(*day, tzinfo=LONDON).astimezone(UTC)
    end = (datetime(*day, tzinfo=LONDON) + timedelta(days=1)).astimezone(UTC)
    edges = slots([], start, end)
    readings = [
        Sample(start + timedelta(seconds=30 * number), power_w=100)
        for number in range(int((end - start).total_seconds()) // 30)
    ]
    uses = integrate(readings, edges, longest=LONGEST, until=end)
    assert [use.kwh for use in uses] == [0.05] * count
    assert {use.unmeasured_s for use in uses} == {0}


SECONDS = st.integers(-120, 3720)
MAYBE_WATTS = st.none() | st.floats(0, 2000)
READINGS = st.builds(
    lambda times, rest: [Sample(at(time), *values) for time, values in zip(sorted(times), rest, strict=False)],
    st.sets(SECONDS, max_size=40),
    st.lists(
        st.tuples(MAYBE_WATTS, MAYBE_WATTS, st.none() | st.floats(0, 9000), st.booleans()), min_size=40, max_size=40
    ),
)
NAMES = ("kwh_wall", "kwh_device", "kwh_estimate", "measured_s", "unmeasured_s", "mining_kwh", "mining_s", "ths")


@given(READINGS, st.sets(st.integers(1, 3599), max_size=12))
def test_however_time_is_cut_into_slots_the_totals_are_the_same(readings: list[Sample], edges: set[int]) -> None:
    whole = done(readings, cut(0, 3600), estimate_w=5)
    pieces = done(readings, cut(0, *sorted(edges), 3600), estimate_w=5)
    for name in NAMES:
        assert total(pieces, name) == pytest.approx(total(whole, name), abs=1e-9)


@given(READINGS, st.integers(0, 3600))
def test_kept_in_two_goes_or_in_one_is_the_same(readings: list[Sample], edge: int) -> None:
    """The second begins with the readings of the longest gap before it, as it does after a crash."""
    whole = done(readings, cut(0, 3600))
    first = done([each for each in readings if each.time < at(edge)], cut(0, edge)) if edge else []
    later = [each for each in readings if each.time >= at(edge) - LONGEST]
    second = done(later, cut(edge, 3600)) if edge < 3600 else []
    for name in NAMES:
        assert total([*first, *second], name) == pytest.approx(total(whole, name), abs=1e-9)


@given(READINGS)
def test_a_device_that_began_anew_and_says_the_same_as_before_changes_nothing(readings: list[Sample]) -> None:
    more = [
        one._replace(time=one.time + (other.time - one.time) / 2)
        for one, other in pairwise(readings)
        if other.time - one.time <= LONGEST
    ]
    twice = sorted([*readings, *more], key=lambda sample: sample.time)
    for name in NAMES:
        assert total(done(twice, cut(0, 3600)), name) == pytest.approx(
            total(done(readings, cut(0, 3600)), name), abs=1e-9
        )


@given(READINGS)
def test_every_second_is_measured_or_not_and_no_gap_is_longer_than_it_may_be(readings: list[Sample]) -> None:
    (use,) = done(readings, cut(0, 3600))
    assert use.measured_s + use.unmeasured_s == pytest.approx(3600)
    assert use.measured_s <= LONGEST.total_seconds() * len(readings)
    assert use.mining_s <= use.measured_s
