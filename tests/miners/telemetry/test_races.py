"""Two workers that need the same day at the same moment both get it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from miners.models import Telemetry
from miners.telemetry import Row, append, partitions

MIDNIGHT = datetime(2031, 5, 1, tzinfo=UTC)
WORKERS = 4


@pytest.mark.django_db(transaction=True)
def test_workers_that_race_for_a_new_day_all_store_their_rows() -> None:
    start = Barrier(WORKERS)

    def store(miner_id: int) -> None:
        try:
            start.wait(timeout=10)
            for day in range(5):
                with transaction.atomic():
                    append([Row(MIDNIGHT + timedelta(days=day), miner_id)])
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(store, range(WORKERS)))
    assert Telemetry.objects.count() == WORKERS * 5
    partitions.drop_before(Telemetry, MIDNIGHT + timedelta(days=60))
    assert not Telemetry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_day_made_in_a_transaction_that_was_rolled_back_is_made_again() -> None:
    day = MIDNIGHT + timedelta(days=20)
    with transaction.atomic():
        append([Row(day, 1)])
        transaction.set_rollback(True)
    append([Row(day, 1)])
    assert Telemetry.objects.count() == 1
    partitions.drop_before(Telemetry, MIDNIGHT + timedelta(days=60))
