"""Events with filter and paging, open alerts, and the audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hmm_project.dashboard.audit import CONFIGURATION, HARDWARE, Audit
from hmm_project.journal.models import Alert, Event
from miners.models import Miner
from miners.services import create_miner, update_miner
from strategy.services import set_state
from tests import factories

pytestmark = pytest.mark.django_db


def messages(client: Client, query: str = "") -> list[str]:
    return [event.message for event in client.get(f"/logs{query}").context["shown"]]


@pytest.fixture
def _events(now: datetime) -> None:
    told = [("info", "tariff-set", "", "London"), ("warning", "miner-unreachable", "miner:7", "Shed is silent")]
    told.append(("error", "prices-stale", "", "No price"))
    for minutes, (level, kind, subject, message) in enumerate(told):
        at = now - timedelta(minutes=minutes)
        Event.objects.create(time=at, level=level, kind=kind, subject=subject, message=message)


@pytest.mark.usefixtures("_events")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["London", "Shed is silent", "No price"]),
        ("?level=warning", ["Shed is silent", "No price"]),
        ("?level=error", ["No price"]),
        ("?level=nonsense", ["London", "Shed is silent", "No price"]),
        ("?kind=tariff-set", ["London"]),
        ("?subject=miner:7", ["Shed is silent"]),
        ("?q=silent", ["Shed is silent"]),
        ("?q=%25", []),
        ("?q=silent&level=error", []),
    ],
)
def test_events_are_filtered(browser_client: Client, query: str, found: list[str]) -> None:
    assert messages(browser_client, query) == found


def test_events_are_paged_and_the_filter_goes_along(browser_client: Client, now: datetime) -> None:
    Event.objects.bulk_create(Event(time=now, kind="x", message=f"event {number}") for number in range(120))
    assert len(messages(browser_client, "?kind=x")) == 50
    assert len(messages(browser_client, "?kind=x&page=3")) == 20
    assert len(messages(browser_client, "?kind=x&page=99")) == 20
    assert "?kind=x&amp;page=2" in browser_client.get("/logs?kind=x").content.decode()


def test_only_the_newest_page_renews_itself(browser_client: Client, now: datetime) -> None:
    """An older page would slide away under the reader."""
    Event.objects.bulk_create(Event(time=now, kind="x", message="x") for _ in range(60))
    assert 'id="events" hx-get' in browser_client.get("/logs").content.decode()
    assert 'id="events" hx-get' not in browser_client.get("/logs?page=2").content.decode()


@pytest.mark.parametrize("name", ["alerts", "events"])
def test_its_fragments(house: dict[str, Miner], fragment: Callable[[str, str], str], name: str) -> None:
    part = fragment("/logs", name)
    assert f'id="{name}"' in part[:60]
    assert "<html" not in part


def test_open_alerts_stand_on_top(browser_client: Client, now: datetime) -> None:
    assert "Nothing is wrong now." in browser_client.get("/logs").content.decode()
    Alert.objects.create(key="a", level="error", message="Old Nano runs on.", opened_at=now)
    assert "Old Nano runs on." in browser_client.get("/logs").content.decode()


class TestAudit:
    def test_is_the_union_of_configuration_and_hardware_newest_first(self, now: datetime) -> None:
        blue = factories.miner("Blue", "bitaxe", now)
        factories.ledger(blue, now)
        lines = Audit()[:20]
        assert {line.kind for line in lines} == {CONFIGURATION, HARDWARE}
        assert [line.time for line in lines] == sorted((line.time for line in lines), reverse=True)
        assert len(Audit()) == len(Audit(kind=CONFIGURATION)) + len(Audit(kind=HARDWARE))

    def test_tells_who_changed_what_from_what_to_what(self, browser_client: Client, now: datetime) -> None:
        miner = create_miner(actor="ada", now=now, name="Blue", kind="bitaxe", host="192.168.1.9")
        update_miner(miner, actor="bob", now=now + timedelta(seconds=1), name="Azure", enabled=False)
        line = Audit(kind=CONFIGURATION, q="Azure")[0]
        assert (line.actor, line.action, line.subject) == ("bob", "changed", "miner Azure")
        assert {(change.field, change.before, change.after) for change in line.changes} == {
            ("name", "Blue", "Azure"), ("enabled", "yes", "no"),
        }  # fmt: skip

    def test_names_the_person_on_the_page(self, browser_client: Client, person: User) -> None:
        browser_client.post("/strategy/state", {"state": "LIVE"})
        line = Audit(kind=CONFIGURATION)[0]
        assert (line.actor, line.subject) == (person.username, "strategy LIVE")

    def test_names_who_a_service_acted_for(self, now: datetime) -> None:
        set_state("LIVE", actor="strategy", now=now)
        assert Audit(kind=CONFIGURATION)[0].actor == "strategy"

    def test_never_shows_a_secret(self, browser_client: Client, now: datetime) -> None:
        create_miner(
            actor="ada",
            now=now,
            name="B",
            kind="avalon_nano",
            host="192.168.1.9",
            web_user="root",
            web_password="s3cret",
        )
        factories.pools()
        assert "s3cret" not in browser_client.get("/logs/audit").content.decode()
        assert not any(change.field == "password" for line in Audit()[:50] for change in line.changes)

    @pytest.mark.usefixtures("house")
    @pytest.mark.parametrize(
        ("query", "most"),
        [("", 50), ("?kind=hardware", 6), ("?q=Blue", 7), ("?kind=hardware&q=refused", 1), ("?page=9", 50)],
    )
    def test_is_filtered_on_the_page(self, browser_client: Client, query: str, most: int) -> None:
        shown = browser_client.get(f"/logs/audit{query}").context["shown"]
        assert 1 <= len(shown) <= most

    def test_a_slice_costs_three_queries_however_many_lines(
        self, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(30):
            factories.ledger(factories.miner(f"M{number}", "bitaxe", now), now)
        with django_assert_num_queries(3):
            assert len(Audit()[20:70]) == 50
