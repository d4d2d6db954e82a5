"""Roll-ups hold what the readings say, whenever those came and however often it is done again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmm_project.config import Retention
from miners.models import FiveMinutes, Hour, StaleBucket, Telemetry
from miners.telemetry import Row, append, look_after, partitions, roll_up, rollup, series, series_fleet

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEEP = Retention()
pytestmark = pytest.mark.django_db


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def read(seconds: float, watts: float | None = 10, **fields: object) -> Row:
    return Row(at(seconds), 1, power_w=watts, **{"state": "mining", "mode": "eco", **fields})  # type: ignore[arg-type]


def done(seconds: float) -> int:
    return roll_up(now=at(seconds), keep=KEEP)


def kept(model: type[FiveMinutes | Hour] = FiveMinutes) -> list[tuple[object, ...]]:
    return list(model.objects.order_by("miner_id", "start").values_list("start", "power_w", "samples", "accepted"))


def test_a_bucket_is_written_when_it_is_over_and_its_last_reading_had_time_to_come() -> None:
    append([read(0, 10), read(150, 20), read(299, 30), read(301, 99)])
    assert done(359) == 0
    assert done(360) == 1
    assert kept() == [(START, 20, 3, None)]


def test_what_swings_has_its_least_and_its_most_and_what_differs_has_no_mode() -> None:
    append([read(0, 10, temperature_c=60), read(30, 30, temperature_c=None), read(60, 20, mode="oc", state="paused")])
    done(400)
    bucket = FiveMinutes.objects.get()
    assert (bucket.power_w, bucket.power_w_min, bucket.power_w_max) == (20, 10, 30)
    assert (bucket.temperature_c, bucket.temperature_c_min, bucket.temperature_c_max) == (60, 60, 60)
    assert (bucket.samples, bucket.mining, bucket.mode) == (3, 2, None)


def test_a_gap_has_no_row_and_what_nobody_tells_stays_unknown() -> None:
    append([read(0, None), read(900, 10)])
    done(1500)
    assert kept() == [(START, None, 1, None), (at(900), 10, 1, None)]


def test_an_hour_gives_every_reading_the_same_weight() -> None:
    append([read(30 * number, 10) for number in range(10)] + [read(600, 100)])
    done(3700)
    assert [(power, samples) for _, power, samples, _ in kept(Hour)] == [(pytest.approx(200 / 11), 11)]


@pytest.mark.parametrize(
    ("counter", "uptime", "gained"),
    [
        ([5, 8, 8, 14], [100, 130, 160, 190], 9),
        ([5, 8, 2, 3], [100, 130, 20, 50], 6),  # a restart: 3, then 2 since, then 1
        ([5, 8, 9, 9], [100, 130, 20, 50], 12),  # more since the restart than before it
        ([5, None, 8, 9], [100, 130, 160, 190], 1),  # the step over what was not told is not guessed
    ],
)
def test_shares_are_counted_over_a_restart(counter: list[int | None], uptime: list[int], gained: int) -> None:
    pairs = zip(counter, uptime, strict=True)
    append([read(30 * number, accepted=count, uptime_s=up) for number, (count, up) in enumerate(pairs)])
    done(400)
    assert kept()[0][3] == gained


def test_shares_of_the_step_between_two_buckets_belong_to_the_later() -> None:
    append([read(290, accepted=5), read(320, accepted=9), read(580, accepted=10)])
    done(700)
    assert [row[3] for row in kept()] == [None, 5]


def test_a_reading_that_comes_late_is_put_in_its_place() -> None:
    append([read(0, 10), read(310, 10)])
    done(700)
    append([read(60, 30)])
    assert StaleBucket.objects.count() == 1
    done(701)
    assert [(power, samples) for _, power, samples, _ in kept()] == [(20, 2), (10, 1)]
    assert [(power, samples) for _, power, samples, _ in kept(Hour)] == [(pytest.approx(50 / 3), 3)]
    assert not StaleBucket.objects.exists()


def test_a_late_reading_of_dropped_days_does_not_replace_what_was_condensed_from_them() -> None:
    append([read(0, 10), read(30, 10)])
    done(400)
    Telemetry.objects.all().delete()  # as retention does
    append([read(60, 99)])
    roll_up(now=START + timedelta(days=KEEP.raw_days + 1), keep=KEEP)
    assert (START, 10, 2, None) in kept()


def test_after_an_absence_everything_is_made_up() -> None:
    append([read(30 * number) for number in range(600)])
    assert done(30 * 600 + 400) == 61
    assert len(kept()) == 60
    assert done(30 * 600 + 401) == 0


def test_a_clock_that_was_set_back_writes_nothing_and_loses_nothing() -> None:
    append([read(0)])
    done(400)
    assert done(-4000) == 0
    assert len(kept()) == 1


READINGS = st.lists(
    st.tuples(st.integers(0, 7199), st.one_of(st.none(), st.integers(0, 1000)), st.integers(1, 3)),
    min_size=1,
    max_size=40,
    unique_by=lambda reading: (reading[0], reading[2]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(readings=READINGS, late=st.integers(0, 40))
def test_late_or_in_time_the_roll_ups_and_the_charts_are_the_same(
    readings: list[tuple[int, int | None, int]], late: int
) -> None:
    for model in (Telemetry, FiveMinutes, Hour, StaleBucket, rollup.RollUpMark):
        model.objects.all().delete()
    rows = [Row(at(second), miner, power_w=watts, state="mining") for second, watts, miner in readings]
    append(rows[late:])
    done(7000)
    append(rows[:late])
    done(7300)
    assert kept() == expected(rows)
    assert Hour.objects.aggregate(total=Sum("samples"))["total"] == len(rows)
    chart = series_fleet(since=START, until=at(7200), points=24)
    assert chart["time"] == [START.timestamp() + 300 * step for step in range(24)]
    means = {(start, miner): mean for (start, miner), (mean, _) in buckets(rows).items() if mean is not None}
    for start, watts in zip(chart["time"], chart["power_w"], strict=True):
        own = [mean for (begun, _), mean in means.items() if begun.timestamp() == start]
        assert watts == (pytest.approx(sum(own), rel=1e-5) if own else None)


def buckets(rows: Iterable[Row]) -> dict[tuple[datetime, int], tuple[float | None, int]]:
    found: dict[tuple[datetime, int], list[float | None]] = {}
    for row in rows:
        start = START + (row.time - START) // timedelta(minutes=5) * timedelta(minutes=5)
        found.setdefault((start, row.miner_id), []).append(row.power_w)
    told = {key: [watts for watts in values if watts is not None] for key, values in found.items()}
    return {key: (sum(told[key]) / len(told[key]) if told[key] else None, len(found[key])) for key in found}


def expected(rows: Iterable[Row]) -> list[tuple[object, ...]]:
    items = sorted(buckets(rows).items(), key=lambda item: (item[0][1], item[0][0]))
    return [
        (start, None if mean is None else pytest.approx(mean, rel=1e-5), samples, None)
        for (start, _), (mean, samples) in items
    ]


def test_a_wide_chart_of_condensed_and_raw_readings_is_the_chart_of_the_raw_ones() -> None:
    append([read(30 * number, number % 7, hashrate_ghs=100 + number, accepted=number) for number in range(300)])
    span = {"since": START, "until": at(9000), "points": 15, "bounds": True}
    raw = series(1, **span)  # type: ignore[arg-type]
    done(5000)
    condensed = series(1, **span)  # type: ignore[arg-type]
    assert condensed.keys() == raw.keys()
    for name, values in raw.items():
        near = [value if value is None else pytest.approx(value, rel=1e-5) for value in values]
        assert condensed[name] == near, name


def test_a_chart_of_days_that_are_only_condensed_still_shows_them() -> None:
    append([read(0), read(30)])
    done(400)
    Telemetry.objects.all().delete()
    roll_up(now=START + timedelta(days=20), keep=KEEP)
    chart = series(1, since=START, until=at(600), points=10)
    assert (chart["time"], chart["power_w"]) == ([START.timestamp(), START.timestamp() + 300], [10, None])


def test_days_that_are_over_are_put_in_order_once_and_old_ones_dropped() -> None:
    append([Row(START + timedelta(seconds=30 * number), number % 3) for number in range(300)])
    done(9100)
    tomorrow = START + timedelta(days=1)
    assert partitions.put_in_order(START) == 0
    assert partitions.put_in_order(tomorrow) == 2
    assert partitions.put_in_order(tomorrow) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT miner_id FROM miners_telemetry_20261122")  # as it lies
        assert [miner for (miner,) in cursor.fetchall()] == [0] * 100 + [1] * 100 + [2] * 100
    look_after(now=START + timedelta(days=8, hours=13), keep=KEEP)
    assert (Telemetry.objects.count(), FiveMinutes.objects.count(), Hour.objects.count()) == (0, 90, 9)
    look_after(now=START + timedelta(days=91, hours=13), keep=KEEP)
    assert (FiveMinutes.objects.count(), Hour.objects.count()) == (0, 9)
    look_after(now=START + timedelta(days=1826, hours=13), keep=KEEP)
    assert Hour.objects.count() == 0
