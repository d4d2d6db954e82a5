"""Trends follow what lasts, and say when there is too little to tell."""

from __future__ import annotations

import math
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.health.contract import Bucket, Course, Trend
from miners.health.line import fit
from miners.health.norms import Norm, norm_of
from miners.health.trends import trends
from tests.miners.health.made import NORM, START, hours, mining, resting

FINITE = st.floats(-1000, 1000)


def found(buckets: list[Bucket], measure: str, norm: Norm = NORM) -> Trend:
    (one,) = [trend for trend in trends(buckets, norm) if trend.measure == measure]
    return one


@given(FINITE, FINITE, st.integers(3, 14))
def test_a_line_gives_its_slope(slope: float, start: float, days: int) -> None:
    line = fit([(number / 24, start + slope * number / 24) for number in range(24 * days)])
    assert line is not None
    assert line.slope == pytest.approx(slope, abs=1e-6)
    assert line.at(0) == pytest.approx(start, abs=1e-5)


@given(FINITE, st.integers(2, 14))
def test_a_constant_series_has_no_slope(level: float, days: int) -> None:
    line = fit([(number / 24, level) for number in range(24 * days)])
    assert line is not None
    assert (line.slope, line.agreement) == (0, 0)


@given(FINITE, st.integers(0, 2**32))
def test_a_tenth_of_wild_hours_does_not_bend_a_line(slope: float, seed: int) -> None:
    luck = Random(seed)
    points = [(number / 24, slope * number / 24) for number in range(24 * 7)]
    for number in luck.sample(range(len(points)), len(points) // 10):
        points[number] = (points[number][0], luck.uniform(-1e6, 1e6))
    line = fit(points)
    assert line is not None
    assert line.slope == pytest.approx(slope, abs=1e-3)


def test_warm_afternoons_do_not_bend_a_line() -> None:
    line = fit([(n / 24, 60 + 5 * math.sin(n / 24 * math.tau)) for n in range(30, 30 + 24 * 4 + 7)])
    assert line is not None
    assert line.slope == pytest.approx(0, abs=0.05)


def test_who_mined_by_night_and_mines_by_day_now_has_no_warmer_board() -> None:
    line = fit([(day + hour / 24, 60.0 if day < 4 else 68.0) for day in range(8) for hour in _hours_mined(day)])
    assert line is not None
    assert line.slope == 0


def _hours_mined(day: int) -> range:
    return range(8) if day < 4 else range(12, 20)


@given(st.floats(1, 74))
def test_a_constant_miner_predicts_nothing(temperature_c: float) -> None:
    told = trends(hours(7, lambda _: {"temperature_c": temperature_c}), NORM)
    assert {trend.measure for trend in told} == {"temperature", "regulator", "hashrate", "fan", "rejects"}
    assert {(trend.course, trend.days_to_limit) for trend in told} == {(Course.STEADY, None)}


def test_rising_heat_tells_the_days_that_are_left() -> None:
    trend = found(hours(10, lambda day: {"temperature_c": 60 + 0.5 * day}), "temperature")
    assert (trend.course, trend.per_day) == (Course.WORSE, pytest.approx(0.5))
    assert trend.days_to_limit == pytest.approx((75 - 60) / 0.5 - 10, abs=0.1)
    assert trend.because == (
        "Chip temperature in standard (525 MHz, 1150 mV) rises by 0.50 °C a day over 10 days, now 65.0 °C:"
        " 75 °C in 20 days."
    )


def test_the_limit_is_reached_in_the_hot_hours() -> None:
    level = found(hours(10, lambda day: {"temperature_c": 60 + 0.5 * day}), "temperature").level
    daily = found(
        hours(10, lambda day: {"temperature_c": 60 + 0.5 * day + 4 * math.sin(day * math.tau)}), "temperature"
    )
    assert level is not None
    assert daily.level is not None
    assert daily.level - level == pytest.approx(4, abs=0.5)


@pytest.mark.parametrize(
    ("measure", "fields", "course"),
    [
        ("hashrate", lambda day: {"hashrate_ghs": 1000 - 10 * day}, Course.WORSE),
        ("hashrate", lambda day: {"hashrate_ghs": 900 + 10 * day}, Course.BETTER),
        ("hashrate", lambda day: {"expected_hashrate_ghs": None, "hashrate_ghs": 1000 - 10 * day}, Course.WORSE),
        ("fan", lambda day: {"fan_rpm": 4000 - 60 * day}, Course.WORSE),
        ("fan", lambda day: {"fan_rpm": 40 * (50 + 10 * day), "fan_percent": 50 + 10 * day}, None),
        ("rejects", lambda day: {"accepted": 1000 - int(4 * day), "rejected": int(4 * day)}, Course.WORSE),
        ("regulator", lambda day: {"vr_temperature_c": 70 + day}, Course.WORSE),
        ("temperature", lambda day: {"temperature_c": 70 - day}, Course.BETTER),
    ],
)
def test_each_measure_has_a_direction(measure: str, fields: object, course: Course | None) -> None:
    trend = found(hours(7, fields), measure)  # type: ignore[arg-type]
    if course is None:  # a fan whose duty is turned up has hardly an hour of equal duty
        assert trend.course in {Course.UNKNOWN, Course.STEADY}
    else:
        assert trend.course is course
        assert (trend.days_to_limit is not None) == (course is Course.WORSE)


def test_noise_is_no_trend() -> None:
    for seed in range(30):
        luck = Random(seed)
        trend = found(hours(7, lambda _, luck=luck: {"temperature_c": luck.gauss(62, 2)}), "temperature")  # type: ignore[misc]
        assert trend.course is Course.STEADY


def test_what_swings_widely_is_no_trend_though_its_ends_differ() -> None:
    swung = 0
    for seed in range(30):
        luck = Random(seed)
        buckets = hours(4, lambda _, luck=luck: {"temperature_c": luck.gauss(55, 12)})  # type: ignore[misc]
        trend = found(buckets, "temperature")
        swung += abs(trend.per_day or 0) * 4 >= 2
        assert trend.course is Course.STEADY
    assert swung > 10


@pytest.mark.parametrize("days", [0.1, 1, 2.9])
def test_too_little_says_so(days: float) -> None:
    trend = found(hours(days, lambda day: {"temperature_c": 60 + 5 * day}), "temperature")
    assert (trend.course, trend.days_to_limit, trend.per_day) == (Course.UNKNOWN, None, None)
    assert f"too little to tell. It takes 24 hours of mining over 3 days; there are {int(days * 24)}" in trend.because


def test_nothing_at_all_has_no_trends() -> None:
    assert trends([], NORM) == ()
    assert trends([resting(START + timedelta(hours=number), 120) for number in range(200)], NORM) == ()


def test_a_new_mode_begins_a_new_baseline() -> None:
    """Hotter since it runs faster is no rise of temperature."""
    slow = hours(5, lambda _: {"temperature_c": 55.0, "mode": "eco", "frequency_mhz": 400.0})
    fast = hours(5, lambda _: {"temperature_c": 68.0, "mode": "oc", "frequency_mhz": 625.0}, first_day=5)
    (trend,) = [each for each in trends(slow + fast, NORM) if each.measure == "temperature"]
    assert (trend.setting, trend.course) == ("oc (625 MHz, 1150 mV)", Course.STEADY)
    just = found(slow + fast[:26], "temperature")
    assert (just.course, just.setting) == (Course.UNKNOWN, "oc (625 MHz, 1150 mV)")


def test_a_new_frequency_begins_a_new_baseline_in_the_same_mode() -> None:
    before = hours(5, lambda _: {"temperature_c": 55.0, "mode": "custom", "frequency_mhz": 500.0})
    after = hours(5, lambda _: {"temperature_c": 66.0, "mode": "custom", "frequency_mhz": 575.0}, first_day=5)
    trend = found(before + after, "temperature")
    assert (trend.setting, trend.course) == ("575 MHz, 1150 mV", Course.STEADY)


def test_a_measured_frequency_that_wanders_is_one_setting() -> None:
    luck = Random(1)
    wandering = hours(5, lambda _: {"mode": "high", "frequency_mhz": luck.uniform(400, 500)})
    assert {trend.setting for trend in trends(wandering, norm_of("avalon_nano"))} == {"high"}


def test_who_changes_its_mode_with_every_price_goes_on_with_each_baseline() -> None:
    def told(day: float) -> dict[str, object]:
        fast = int(day * 24) % 4 < 2
        return {"mode": "oc" if fast else "eco", "temperature_c": (66 if fast else 55) + 0.6 * day}

    both = [trend for trend in trends(hours(10, told), NORM) if trend.measure == "temperature"]
    assert [(trend.course, trend.per_day) for trend in both] == [(Course.WORSE, pytest.approx(0.6))] * 2


@given(st.lists(st.booleans(), min_size=240, max_size=240).filter(lambda rests: sum(rests) < 150))
def test_planned_rests_do_not_bend_a_trend(rests: list[bool]) -> None:
    """Half an hour of rest makes an hour cold and slow: it is not looked at."""
    mined = hours(10, lambda day: {"temperature_c": 60 + 0.5 * day})
    cold = [hour._replace(mining=60, temperature_c=30.0, hashrate_ghs=500.0) for hour in mined]
    seen = [off if rest else on for rest, on, off in zip(rests, mined, cold, strict=True)]
    for trend in trends(seen, NORM):
        if trend.course is not Course.UNKNOWN:
            assert trend.per_day == pytest.approx(0.5 if trend.measure == "temperature" else 0, abs=1e-6)


@given(st.floats(0.3, 5), st.floats(0.01, 3))
def test_what_is_nearer_its_limit_has_fewer_days(slope: float, more: float) -> None:
    buckets = [hours(7, lambda day, by=by: {"temperature_c": 40 + by + slope * day}) for by in (0, more)]  # type: ignore[misc]
    cool, hot = (found(each, "temperature").days_to_limit for each in buckets)
    assert cool is not None
    assert hot is not None
    assert hot <= cool


def test_hours_with_few_readings_are_not_followed() -> None:
    few = [mining(START + timedelta(hours=number), 5, temperature_c=60 + number) for number in range(100)]
    assert trends(few, NORM) == ()
