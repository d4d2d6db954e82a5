"""The score says what the roll-ups say, and resting by plan costs nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.health.contract import Away, Bucket, PartName, Score
from miners.health.norms import NORMS, Norm, norm_of
from miners.health.score import WEIGHTS, score
from miners.health.settled import WIDTH, settled
from tests.miners.health.made import NORM, START, five_minutes, mining, resting, shifted

DAY = 288
TEMPERATURES = st.floats(0, 130)


def scored(buckets: list[Bucket], *away: Away, norm: Norm = NORM) -> Score:
    return score(buckets, away, norm)


def part(given: Score, name: PartName) -> float | None:
    return next(part.score for part in given.parts if part.name == name)


def value(given: Score) -> int:
    assert given.value is not None
    return given.value


def test_a_miner_that_does_all_it_should_has_a_hundred() -> None:
    found = scored(five_minutes(DAY))
    assert found.value == 100
    assert [part.score for part in found.parts] == [100] * 4
    assert sum(part.share for part in found.parts) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "fields", "points"),
    [
        (PartName.TEMPERATURE, {"temperature_c": 70.0}, 50),
        (PartName.TEMPERATURE, {"temperature_c": 75.0}, 0),
        (PartName.TEMPERATURE, {"vr_temperature_c": 92.5}, 50),
        (PartName.HASHRATE, {"hashrate_ghs": 800.0}, 50),
        (PartName.HASHRATE, {"hashrate_ghs": 1100.0}, 100),
        (PartName.REJECTS, {"accepted": 95, "rejected": 5}, 30),
        (PartName.REJECTS, {"accepted": 9, "rejected": 1}, 0),
        (PartName.UPTIME, {"hashrate_ghs": 0.0}, 0),
    ],
)
def test_each_part_tells_its_own_measurement(name: PartName, fields: dict[str, Any], points: float) -> None:
    found = scored(five_minutes(DAY, **fields))
    assert part(found, name) == pytest.approx(points)
    others = {other.name: other.score for other in found.parts if other.name != name}
    if name != PartName.UPTIME:  # no hashes are also a hashrate below what is expected
        assert set(others.values()) == {100}


def test_the_parts_have_their_documented_weights() -> None:
    found = scored(five_minutes(DAY, temperature_c=75.0))
    assert found.value == round(100 * (1 - WEIGHTS[PartName.TEMPERATURE]))
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_a_part_that_cannot_be_told_is_left_out_and_says_so() -> None:
    found = scored(five_minutes(DAY, expected_hashrate_ghs=None, accepted=9, rejected=1))
    lost = next(part for part in found.parts if part.name is PartName.HASHRATE)
    assert (lost.score, lost.share) == (None, 0)
    assert "does not tell its expected hashrate" in lost.because
    assert found.value == round(100 * (0.30 + 0.25) / 0.75)


def test_a_family_without_known_limits_has_no_points_for_heat() -> None:
    found = scored(five_minutes(DAY, temperature_c=120.0), norm=norm_of("third_party"))
    assert part(found, PartName.TEMPERATURE) is None
    assert found.value == 100


def test_nothing_measured_is_no_score() -> None:
    assert scored([]).value is None
    assert scored([resting(START + WIDTH * number) for number in range(DAY)]).value is None


def test_silence_while_it_was_wanted_costs_uptime() -> None:
    half = five_minutes(DAY // 2)
    silent = Away(START + timedelta(hours=12), START + timedelta(hours=24))
    assert part(scored(half, silent), PartName.UPTIME) == 0
    assert part(scored(half), PartName.UPTIME) == 100
    assert part(scored([], silent), PartName.UPTIME) == 0


def test_one_hot_reading_of_a_start_is_not_its_heat() -> None:
    first, *rest = five_minutes(DAY)
    assert scored([first._replace(temperature_c=99.0), *rest]).value == 100


def test_a_bucket_is_settled_after_another_that_only_mined() -> None:
    buckets = [*five_minutes(2), resting(START + 2 * WIDTH), *five_minutes(2, first=3), mining(START + 9 * WIDTH)]
    assert [(bucket.start - START) // WIDTH for bucket in settled(buckets)] == [1, 4]


@given(
    TEMPERATURES,
    TEMPERATURES,
    st.sampled_from([*NORMS.values()]),
    st.sampled_from(["temperature_c", "vr_temperature_c"]),
)
def test_hotter_never_scores_higher(one: float, other: float, norm: Norm, sensor: str) -> None:
    cool, hot = sorted((one, other))
    at = {each: value(scored(five_minutes(12, **{sensor: each}), norm=norm)) for each in (cool, hot)}
    assert at[hot] <= at[cool]


@given(st.floats(0, 2000), st.floats(0, 2000), st.integers(0, 200), st.integers(0, 200))
def test_fewer_hashes_and_more_rejects_never_score_higher(one: float, other: float, few: int, many: int) -> None:
    slow, fast = sorted((one, other))
    few, many = sorted((few, many))
    better = scored(five_minutes(12, hashrate_ghs=fast, accepted=400 - few, rejected=few))
    worse = scored(five_minutes(12, hashrate_ghs=slow, accepted=400 - many, rejected=many))
    assert value(worse) <= value(better)


BUCKETS = st.lists(
    st.builds(
        dict,
        hashrate_ghs=st.floats(0, 1200),
        temperature_c=st.none() | st.floats(20, 90),
        accepted=st.none() | st.integers(0, 50),
        rejected=st.integers(0, 50),
    ),
    min_size=2,
    max_size=40,
)


@given(BUCKETS, st.data(), st.booleans(), st.floats(0, 1200))
def test_resting_by_plan_never_lowers_the_score(
    told: list[dict[str, Any]], data: st.DataObject, answers: bool, ramp_ghs: float
) -> None:
    """Anywhere in its day a rest is put in, paused or off at the plug, with a ramp after it."""
    buckets = [mining(START + WIDTH * number, **fields) for number, fields in enumerate(told)]
    at, length = data.draw(st.integers(1, len(buckets) - 1)), data.draw(st.integers(1, 60))
    begun = buckets[at].start
    rest = [resting(begun + WIDTH * number) for number in range(length)] if answers else []
    ramp = mining(begun + WIDTH * length, hashrate_ghs=ramp_ghs, temperature_c=99.0, accepted=0, rejected=50)
    rested = [*buckets[:at], *rest, ramp, *shifted(buckets[at:], WIDTH * (length + 1))]
    before, after = scored(buckets), scored(rested)
    for name in (PartName.TEMPERATURE, PartName.HASHRATE, PartName.REJECTS):
        assert part(after, name) == part(before, name)
    if before.value is not None and part(before, PartName.UPTIME) is not None:
        assert value(after) >= before.value


@given(BUCKETS, st.floats(0, 24))
def test_a_score_is_from_0_to_100_and_its_shares_are_whole(told: list[dict[str, Any]], silent_h: float) -> None:
    buckets = [mining(START + WIDTH * number, **fields) for number, fields in enumerate(told)]
    found = scored(buckets, Away(START, START + timedelta(hours=silent_h)))
    if found.value is not None:
        assert 0 <= found.value <= 100
        assert sum(part.share for part in found.parts) == pytest.approx(1)
