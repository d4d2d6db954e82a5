"""The strategy's page and its state."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from miners.models import Miner
from strategy.models import Decision, Strategy

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("house")
def test_the_ladder_and_the_plan_are_on_the_page(browser_client: Client) -> None:
    page = browser_client.get("/strategy").content.decode()
    for text in ("30p and dearer", "below 0p", "Champion only", "All off", "plan-now"):
        assert text in page


@pytest.mark.parametrize("name", ["ladder", "plan", "decisions"])
def test_its_fragments(house: dict[str, Miner], fragment: Callable[[str, str], str], name: str) -> None:
    part = fragment("/strategy", name)
    assert part.strip().startswith(f'<section id="{name}"')
    assert "<html" not in part


def test_a_decision_opens_to_what_every_miner_does_and_why(browser_client: Client, now: datetime) -> None:
    miners = [{"name": "Blue", "because": "It is the most efficient."}]
    record = {"miners": miners, "switches": [], "next_change": None}
    Decision.objects.create(time=now, state="LIVE", band="Peak", because="35p is dear.", record=record)
    page = browser_client.get("/strategy").content.decode()
    assert "35p is dear." in page
    assert "It is the most efficient." in page


class TestState:
    def test_is_set_and_said(self, browser_client: Client) -> None:
        response = browser_client.post("/strategy/state", {"state": "LIVE"}, headers={"HX-Request": "true"})
        assert json.loads(response.headers["HX-Trigger"])["toast"]["level"] == "ok"
        assert Strategy.load().state == "LIVE"

    def test_pauses_until_a_time(self, browser_client: Client, now: datetime) -> None:
        until = now + timedelta(minutes=30)
        browser_client.post("/strategy/state", {"pause": until.isoformat()})
        assert (Strategy.load().state, Strategy.load().paused_until) == ("PAUSED", until)

    def test_pauses_until_a_person_says_so(self, browser_client: Client) -> None:
        browser_client.post("/strategy/state", {"pause": ""})
        assert (Strategy.load().state, Strategy.load().paused_until) == ("PAUSED", None)

    @pytest.mark.parametrize(
        "data",
        [{}, {"state": "ON"}, {"pause": "soon"}, {"pause": "2020-01-01T00:00:00Z"}, {"pause": "2099-01-01T00:00:00"}],
    )
    def test_nonsense_changes_nothing(self, browser_client: Client, data: dict[str, str]) -> None:
        assert browser_client.post("/strategy/state", data).status_code == 400
        assert Strategy.load().state == "SHADOW"

    def test_returns_to_the_page_it_was_changed_on_and_to_no_other_site(self, browser_client: Client) -> None:
        assert browser_client.post("/strategy/state", {"state": "LIVE", "next": "/miners"}).url == "/miners"
        evil = {"state": "SHADOW", "next": "https://evil.example/"}
        assert browser_client.post("/strategy/state", evil).url == "/strategy"
