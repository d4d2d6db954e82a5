"""Columns for charts: equal buckets on a whole axis, None where nothing was read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.telemetry import Row, append, efficiency, series, series_fleet, sources

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def test_a_bucket_is_the_mean_of_its_rows_and_a_gap_is_none() -> None:
    append([Row(minutes(at), 1, hashrate_ghs=ghs, accepted=at) for at, ghs in [(0, 100), (1, 300), (12, 500)]])
    append([Row(minutes(1), 2, hashrate_ghs=9999)])
    chart = series(1, since=START, until=minutes(20), points=4)
    assert chart["time"] == [START.timestamp() + 300 * step for step in range(4)]
    assert chart["hashrate_ghs"] == [200, None, 500, None]
    assert chart["accepted"] == [1, None, None, None]  # nobody knows in which bucket the other eleven came
    assert chart["samples"] == [2, None, 1, None]
    assert chart["coverage"] == [0.2, 0, 0.1, 0]
    assert chart["power_w"] == [None] * 4


def test_the_start_is_inside_and_the_end_is_outside() -> None:
    append([Row(START, 1, power_w=10), Row(minutes(5), 1, power_w=20)])
    assert series(1, since=START, until=minutes(5), points=1)["power_w"] == [10]


def test_buckets_stand_still_while_the_span_moves() -> None:
    append([Row(minutes(at / 2), 1, power_w=at) for at in range(120)])
    early = series(1, since=START, until=START + HOUR, points=12)
    late = series(1, since=minutes(7), until=START + HOUR + timedelta(minutes=7), points=12)
    assert early["time"][2] in late["time"]
    assert early["power_w"][2] == late["power_w"][late["time"].index(early["time"][2])]


def test_a_bucket_is_never_narrower_than_two_polls() -> None:
    append([Row(START + timedelta(seconds=30.9 * poll), 1, power_w=1) for poll in range(100)])
    chart = series(1, since=START, until=minutes(45), points=5000)
    assert None not in chart["power_w"]


def test_tiny_hashrates_keep_their_digits() -> None:
    append([Row(START, 1, hashrate_ghs=0.0010154)])
    assert series(1, since=START, until=minutes(5), points=1)["hashrate_ghs"] == [0.0010154]


@pytest.mark.parametrize(
    ("until", "points"), [(START, 10), (START - HOUR, 10), (START + HOUR, 0), (START + HOUR, 10**9)]
)
def test_an_absurd_span_is_refused(until: datetime, points: int) -> None:
    with pytest.raises(ValueError, match=r"span|points"):
        series(1, since=START, until=until, points=points)


@given(seconds=st.integers(1, 10**9), points=st.integers(1, sources.MOST_POINTS))
def test_no_chart_has_more_than_the_points_asked_for_and_one(seconds: int, points: int) -> None:
    width = sources.bucket_width(START, START + timedelta(seconds=seconds), points)
    assert seconds / width <= points


def test_the_fleet_is_the_sum_of_its_miners_and_prefers_the_wall() -> None:
    append(
        [
            Row(minutes(0), 1, hashrate_ghs=100, power_w=10),
            Row(minutes(1), 1, hashrate_ghs=200, power_w=10),
            Row(minutes(1), 2, hashrate_ghs=1000, power_w=90, wall_power_w=110),
            Row(minutes(6), 2, hashrate_ghs=1000),
        ]
    )
    chart = series_fleet(since=START, until=minutes(15), points=3)
    assert chart["hashrate_ghs"] == [1150, 1000, None]
    assert chart["power_w"] == [120, None, None]
    assert chart["miners"] == [2, 1, None]


def test_efficiency_is_watts_per_terahash_by_mode_from_mining_samples_only() -> None:
    def rows(miner_id: int, first: int, **values: object) -> list[Row]:
        return [Row(minutes(first + at), miner_id, **{"state": "mining", **values}) for at in range(6)]

    append(rows(1, 0, mode="eco", hashrate_ghs=500, power_w=10))
    append(rows(1, 10, mode="oc", hashrate_ghs=1000, power_w=25, wall_power_w=30))
    append(rows(1, 20, mode="oc", hashrate_ghs=1000, power_w=1, state="paused"))
    append(rows(2, 0, mode="low", hashrate_ghs=0, power_w=10))
    append(rows(3, 0, hashrate_ghs=1000))
    append(rows(4, 0, mode="eco", hashrate_ghs=1000, power_w=15)[:4])
    append(rows(5, -500, mode="eco", hashrate_ghs=1000, power_w=15))
    assert efficiency(now=START + HOUR, hours=6) == {(1, "eco"): pytest.approx(20), (1, "oc"): pytest.approx(30)}
