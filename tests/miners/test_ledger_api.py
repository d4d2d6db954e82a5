from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from miners.ledger_api import router
from miners.models import Command, Switch
from miners.services import create_miner
from tests.routers import Client, client

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Client:
    return client(ledger=router)


@pytest.fixture
def orders() -> list[Command]:
    """Of a miner, of a plug, and of a miner that was removed."""
    miner = create_miner(actor="test", now=NOW, name="gamma", kind="bitaxe", host="10.0.0.9")
    plug = Switch.objects.create(name="desk", entity_id="switch.desk")
    told = [
        Command(name="gamma", miner=miner, action="mode", argument={"mode": "eco"}, outcome="verified", actor="ada"),
        Command(name="desk", switch=plug, action="plug-off", outcome="unverified", actor="strategy", sent=True),
        Command(name="gone", action="mode", outcome="shadowed", actor="strategy"),
    ]
    for minutes, order in enumerate(told):
        order.time = NOW - timedelta(minutes=minutes)
        order.save()
    return told


def test_all_orders_newest_first_with_what_came_of_them(api: Client, orders: list[Command]):
    answer = api.get("/ledger/commands").json()

    assert answer["count"] == 3
    assert [row["name"] for row in answer["items"]] == ["gamma", "desk", "gone"]
    assert answer["items"][0] == {
        "id": orders[0].pk,
        "time": "2026-11-22T12:00:00Z",
        "miner_id": orders[0].miner_id,
        "switch_id": None,
        "name": "gamma",
        "action": "mode",
        "argument": {"mode": "eco"},
        "actor": "ada",
        "because": "",
        "outcome": "verified",
        "detail": "",
        "sent": False,
        "duration_ms": 0,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=mode", ["gamma", "gone"]),
        ("outcome=unverified", ["desk"]),
        ("actor=strategy", ["desk", "gone"]),
        ("actor=strategy&action=mode", ["gone"]),
        ("miner=4711", []),
        ("limit=1&offset=1", ["desk"]),
    ],
)
def test_is_filtered_and_paged(query: str, found: list[str], api: Client, orders: list[Command]):
    assert [row["name"] for row in api.get(f"/ledger/commands?{query}").json()["items"]] == found


def test_is_filtered_by_miner(api: Client, orders: list[Command]):
    rows = api.get(f"/ledger/commands?miner={orders[0].miner_id}").json()["items"]

    assert [row["id"] for row in rows] == [orders[0].pk]


@pytest.mark.parametrize(
    "query", ["action=explode", "outcome=good", "miner=x", "miner=0", "miner=99999999999999999999"]
)
def test_a_filter_nothing_can_match_is_a_422(query: str, api: Client):
    assert api.get(f"/ledger/commands?{query}").status_code == 422
