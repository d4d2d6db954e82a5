"""/api/events and /api/alerts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hmm_project.journal.api import router
from hmm_project.journal.models import Level
from hmm_project.journal.services import close_alert, open_alert, record
from tests.routers import client

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
api = client(journal=router)


@pytest.fixture
def _story() -> None:
    record(now=NOW, kind="tariff-set", message="ada set the tariff.")
    later = NOW + timedelta(minutes=5)
    open_alert(now=later, kind="miner-unreachable", subject="miner:7", name="blue", message="blue does not answer.")
    close_alert(
        now=NOW + timedelta(minutes=9),
        kind="miner-unreachable",
        subject="miner:7",
        name="blue",
        message="blue answers again.",
    )
    open_alert(now=NOW + timedelta(minutes=9), kind="prices-stale", level=Level.ERROR, message="No price is known.")


def kinds(query: str = "") -> list[str]:
    answer = api.get(f"/journal/events{query}")
    assert answer.status_code == 200, answer.content
    return [item["kind"] for item in answer.json()["items"]]


@pytest.mark.usefixtures("_story")
def test_events_come_newest_first_with_their_subject() -> None:
    assert kinds() == ["prices-stale", "miner-unreachable-over", "miner-unreachable", "tariff-set"]
    item: dict[str, Any] = api.get("/journal/events?kind=miner-unreachable").json()["items"][0]
    assert isinstance(item.pop("id"), int)
    assert item == {
        "time": "2026-11-22T12:05:00Z",
        "kind": "miner-unreachable",
        "level": "warning",
        "subject": "miner:7",
        "name": "blue",
        "message": "blue does not answer.",
        "data": {"alert": "opened"},
    }


@pytest.mark.usefixtures("_story")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?level=error", ["prices-stale"]),
        ("?subject=miner:7", ["miner-unreachable-over", "miner-unreachable"]),
        ("?since=2026-11-22T12:09:00Z", ["prices-stale", "miner-unreachable-over"]),
        ("?since=2026-11-22T12:01:00Z&level=warning", ["miner-unreachable"]),
        ("?kind=nothing-like-it", []),
        ("?limit=1&offset=1", ["miner-unreachable-over"]),
    ],
)
def test_events_are_filtered_and_paged(query: str, expected: list[str]) -> None:
    assert kinds(query) == expected


@pytest.mark.parametrize("query", ["level=loud", "since=yesterday", "since=2026-11-22T12:09:00", "limit=x"])
def test_a_filter_that_is_none_is_422_with_its_field(query: str) -> None:
    answer = api.get(f"/journal/events?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.json()["detail"][0]["loc"]


@pytest.mark.usefixtures("_story")
def test_alerts_are_what_is_wrong_now() -> None:
    assert api.get("/journal/alerts").json() == {
        "count": 1,
        "items": [
            {
                "kind": "prices-stale",
                "level": "error",
                "subject": "",
                "message": "No price is known.",
                "opened_at": "2026-11-22T12:09:00Z",
            }
        ],
    }
    open_alert(now=NOW, kind="miner-unreachable", subject="miner:7", message="blue does not answer.")
    assert [item["kind"] for item in api.get("/journal/alerts").json()["items"]] == [
        "miner-unreachable",
        "prices-stale",
    ]
