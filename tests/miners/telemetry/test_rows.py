"""Rows go in by one COPY, into the partition of their day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from miners.models import Telemetry
from miners.telemetry import Row, append, partitions

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
pytestmark = pytest.mark.django_db


def test_a_row_has_exactly_the_columns_of_the_table() -> None:
    assert Row._fields == tuple(field.name for field in Telemetry._meta.local_concrete_fields)


def test_what_is_appended_is_read_back_with_unknown_as_null() -> None:
    row = Row(NOON, 7, hashrate_ghs=1204.5, power_w=17.25, accepted=12, uptime_s=90, rssi_dbm=-61, state="mining")
    append([row, Row(NOON, 8, state="paused", mode="eco")])
    assert Row(*Telemetry.objects.filter(miner_id=7).values_list(*Row._fields).get()) == row
    other = Telemetry.objects.get(miner_id=8)
    assert (other.hashrate_ghs, other.accepted, other.mode) == (None, None, "eco")


def test_nothing_to_append_is_fine() -> None:
    append([])
    assert not Telemetry.objects.exists()


def test_a_batch_with_one_impossible_row_stores_none() -> None:
    append([Row(NOON, 1)])
    with pytest.raises(IntegrityError), transaction.atomic():
        append([Row(NOON, 2), Row(NOON, 1)])
    assert list(Telemetry.objects.values_list("miner_id", flat=True)) == [1]


def test_rows_lie_in_the_partition_of_their_day() -> None:
    append([Row(NOON, 1), Row(NOON + timedelta(days=3), 1)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM miners_telemetry ORDER BY time")
        assert cursor.fetchall() == [("miners_telemetry_20261122",), ("miners_telemetry_20261125",)]


@pytest.mark.parametrize("edge", ["2026-03-29T00:30+00:00", "2026-10-25T01:30+01:00", "2026-11-22T23:59:59.999999Z"])
def test_a_day_is_a_utc_day_whatever_the_clock_of_the_house_does(edge: str) -> None:
    time = datetime.fromisoformat(edge)
    append([Row(time, 1)])
    assert Telemetry.objects.get().time == time


def test_days_are_made_ahead_and_dropped_when_all_their_rows_are_too_old() -> None:
    append([Row(NOON - timedelta(days=age), 1) for age in (1, 6, 7, 8, 9)])
    partitions.make_ahead(NOON)
    assert partitions.drop_before(Telemetry, NOON - WEEK) == 2
    kept = sorted((NOON - row.time).days for row in Telemetry.objects.all())
    assert kept == [1, 6, 7]  # the day on which the limit falls stays whole
    assert {date(2026, 11, 22), date(2026, 11, 23)} <= set(partitions._days(Telemetry))
    assert partitions.drop_before(Telemetry, NOON - WEEK) == 0


def test_a_day_that_was_dropped_is_made_again_when_a_row_needs_it() -> None:
    append([Row(NOON, 1)])
    partitions.drop_before(Telemetry, NOON + timedelta(days=30))
    append([Row(NOON, 1)])
    assert Telemetry.objects.count() == 1
