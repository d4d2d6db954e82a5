"""Every order, newest first, with filter, paging and details."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from miners.models import Command, Miner, Switch
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(house: dict[str, Miner], now: datetime) -> dict[str, Miner]:
    """Orders to Blue of all outcomes, one to Green, one to a plug, one to a miner that was removed."""
    common = {"actor": "danvic", "outcome": "verified", "sent": True, "duration_ms": 1234}
    tuned = {"frequency_mhz": 490.0, "core_voltage_mv": 1100.0}
    plug = Switch.objects.get(name="Garage plug")
    orders = [
        Command(name="Green", miner=house["Green"], action="tune", argument=tuned, because="cooler", **common),
        Command(name=plug.name, switch=plug, action="plug-off", because="too dear", **common),
        Command(name="Gone", action="restart", because="it hung", **common),
    ]
    for minutes, order in enumerate(orders):
        order.time = now - timedelta(hours=2, minutes=minutes)
        order.save()
    return house


def shown(client: Client, query: str = "") -> list[tuple[str, str]]:
    found = client.get(f"/ledger{query}").context["shown"]
    return [(command.name, command.action) for command in found]


def test_every_order_newest_first(told: dict[str, Miner], browser_client: Client) -> None:
    assert shown(browser_client) == [
        *(("Blue", action) for action in ("mode", "mode", "pause", "restart", "mode", "pool")),
        *(("Green", "tune"), ("Garage plug", "plug-off"), ("Gone", "restart")),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?action=restart", ["Blue", "Gone"]),
        ("?action=tune", ["Green"]),
        ("?outcome=shadowed", ["Blue"]),
        ("?actor=strategy&outcome=verified", ["Blue"]),
        ("?actor=nobody", []),
        ("?action=nonsense", []),
        ("?miner=x", []),
        ("?miner=99999999999999999999999", []),
        ("?miner=%C2%B2", []),
    ],
)
def test_is_filtered(told: dict[str, Miner], browser_client: Client, query: str, found: list[str]) -> None:
    assert [name for name, _ in shown(browser_client, query)] == found


def test_is_filtered_by_miner_and_reached_from_its_page_and_the_logs(
    told: dict[str, Miner], browser_client: Client
) -> None:
    green = told["Green"]
    link = f"/ledger?miner={green.pk}"

    assert shown(browser_client, f"?miner={green.pk}") == [("Green", "tune")]
    assert f'href="{link}"' in browser_client.get(f"/miners/{green.pk}").content.decode()
    for page in ("/logs", "/logs/audit", "/ledger"):
        assert 'href="/ledger"' in browser_client.get(page).content.decode()


def test_a_line_opens_all_that_is_known_of_it(told: dict[str, Miner], browser_client: Client) -> None:
    page = browser_client.get("/ledger?action=tune").content.decode()
    opened = page[page.index("<details id=") :]

    for known in ("tune 490 MHz at 1100 mV", "cooler", "1234 ms", "Written to the device", ">490.0<", "danvic"):
        assert known in opened
    removed = browser_client.get("/ledger?action=restart").content.decode()
    assert "Gone, removed since" in removed


def test_is_paged_and_the_filter_goes_along(browser_client: Client, now: datetime) -> None:
    Command.objects.bulk_create(
        Command(time=now, name=f"m{number}", action="mode", outcome="verified", actor="ada") for number in range(120)
    )
    assert len(shown(browser_client, "?actor=ada")) == 50
    assert len(shown(browser_client, "?actor=ada&page=3")) == 20
    assert "?actor=ada&amp;page=2" in browser_client.get("/ledger?actor=ada").content.decode()


def test_only_the_newest_page_renews_itself(browser_client: Client, now: datetime) -> None:
    Command.objects.bulk_create(Command(time=now, name="m", action="mode", outcome="verified") for _ in range(60))
    assert 'id="commands" hx-get' in browser_client.get("/ledger").content.decode()
    assert 'id="commands" hx-get' not in browser_client.get("/ledger?page=2").content.decode()


def test_its_fragment(told: dict[str, Miner], fragment: Callable[[str, str], str]) -> None:
    part = fragment("/ledger?action=tune", "commands")
    assert 'id="commands"' in part[:60]
    assert "commands-changed from:body" in part
    assert "<html" not in part


def test_says_when_there_is_nothing(browser_client: Client) -> None:
    assert "Nothing has been ordered yet." in browser_client.get("/ledger").content.decode()
    assert "No order matches." in browser_client.get("/ledger?actor=x").content.decode()


def test_needs_the_same_queries_for_one_line_and_for_fifty(
    browser_client: Client, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(10):
        factories.ledger(factories.miner(f"M{number}", "bitaxe", now), now)
    with django_assert_max_num_queries(20):
        browser_client.get("/ledger")
