"""Telemetry over the API: the chart's columns and the CSV stream."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from asgiref.sync import async_to_sync
from django.http import StreamingHttpResponse
from django.test import RequestFactory
from ninja import NinjaAPI
from ninja.testing import TestClient

from miners.models import Miner
from miners.telemetry import Row, append, export
from miners.telemetry.api import router, telemetry_csv

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPAN = "from=2026-11-22T12:00:00Z&to=2026-11-22T13:00:00Z"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def client() -> TestClient:
    api = NinjaAPI(urls_namespace="telemetry-test")
    api.add_router("/miners", router)
    return TestClient(api)


@pytest.fixture
def miner() -> Miner:
    return Miner.objects.create(name="Blue", kind="bitaxe", host="10.0.0.7", port=80)


def test_a_chart_is_columns(client: TestClient, miner: Miner) -> None:
    append([Row(START, miner.pk, hashrate_ghs=1200, power_w=17.5)])
    answer = client.get(f"/miners/{miner.pk}/telemetry?{SPAN}&points=2")
    assert answer.status_code == 200
    assert answer.json()["hashrate_ghs"] == [1200, None]
    assert answer.json()["time"] == [START.timestamp(), START.timestamp() + 1800]


def test_without_a_span_it_is_the_last_six_hours(client: TestClient, miner: Miner) -> None:
    time = client.get(f"/miners/{miner.pk}/telemetry?points=6").json()["time"]
    assert len(time) in {6, 7}


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-11-22T13:00:00Z&to=2026-11-22T12:00:00Z",
        "from=yesterday",
        "from=2026-11-22T13:00:00",
        f"{SPAN}&points=0",
        f"{SPAN}&points=1000000",
    ],
)
def test_a_wrong_span_is_422(client: TestClient, miner: Miner, query: str) -> None:
    assert client.get(f"/miners/{miner.pk}/telemetry?{query}").status_code == 422


def test_an_unknown_miner_is_404(client: TestClient) -> None:
    assert client.get("/miners/4711/telemetry").status_code == 404
    assert client.get("/miners/4711/telemetry.csv").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_csv_streams_every_row_in_order_in_chunks(miner: Miner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "CHUNK", 3)
    append([Row(START + timedelta(seconds=30 * at), miner.pk, power_w=at, state="mining") for at in range(10)])
    append([Row(START, miner.pk + 1)])
    answer = telemetry_csv(RequestFactory().get("/"), miner.pk, START, START + timedelta(hours=1))
    rows = list(csv.DictReader(StringIO(text(answer))))
    assert [float(row["power_w"]) for row in rows] == list(range(10))
    assert rows[1]["time"] == "2026-11-22T12:00:30.000000Z"
    assert (rows[0]["state"], rows[0]["hashrate_ghs"]) == ("mining", "")


def text(answer: StreamingHttpResponse) -> str:
    async def read() -> str:
        return b"".join([part async for part in answer]).decode()  # type: ignore[union-attr]

    return async_to_sync(read)()
