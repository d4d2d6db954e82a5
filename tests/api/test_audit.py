"""/api/audit."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(client: Client, token: str) -> Client:
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    now = timezone.now()
    factories.ledger(factories.miner("Blue", "bitaxe", now), now)
    return client


def test_answers_both_kinds_of_lines(asked: Client) -> None:
    answer = asked.get("/api/audit").json()
    assert answer["count"] == len(answer["items"]) == 7
    hardware = next(item for item in answer["items"] if item["kind"] == "hardware")
    assert (hardware["subject"], hardware["action"], hardware["outcome"]) == ("Blue", "mode standard", "verified")
    created = next(item for item in answer["items"] if item["kind"] == "configuration")
    assert {"field": "name", "before": "", "after": "Blue"} in created["changes"]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?kind=hardware", 6),
        ("?kind=configuration", 1),
        ("?q=turbo", 0),
        ("?q=restart", 1),
        ("?q=refused&kind=hardware", 1),
    ],
)
def test_is_filtered(asked: Client, query: str, number: int) -> None:
    assert asked.get(f"/api/audit{query}").json()["count"] == number


def test_is_paged(asked: Client) -> None:
    answer = asked.get("/api/audit?limit=2&offset=1").json()
    assert (len(answer["items"]), answer["count"]) == (2, 7)


def test_an_unknown_kind_is_422(asked: Client) -> None:
    assert asked.get("/api/audit?kind=gossip").status_code == 422
