"""The pools' pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from miners.models import Command
from pools.models import Pool
from strategy.models import Band
from tests import factories
from tests.pools.listening import pool as listening

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Solo",
    "coin": "BTC",
    "host": "stratum+tcp://pool.example:3333",
    "user": "bc1q.{miner}",
    "enabled": "on",
}


@pytest.mark.usefixtures("house")
def test_the_list_says_state_and_how_many_miners_are_there(browser_client: Client) -> None:
    page = browser_client.get("/pools").content.decode()
    for text in ("Up", "Down", "refused the connection", "41 ms", "12"):
        assert text in page


@pytest.mark.usefixtures("house")
def test_its_fragment(fragment: Callable[[str, str], str]) -> None:
    assert fragment("/pools", "list").strip().startswith('<section id="list"')


def test_a_pool_is_added_by_what_people_paste(browser_client: Client) -> None:
    assert browser_client.post("/pools/add", FORM).url == "/pools"
    assert (Pool.objects.get().host, Pool.objects.get().port) == ("pool.example", 3333)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"host": "pool.example"}, "port"), ({"user": ""}, "user"), ({"coin": "X"}, "coin")]
)
def test_a_pool_is_refused_with_the_reason_beside_the_field(
    browser_client: Client, wrong: dict[str, str], field: str
) -> None:
    response = browser_client.post("/pools/add", FORM | wrong)
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not Pool.objects.exists()


def test_before_a_pool_is_removed_it_is_said_what_chose_it(browser_client: Client) -> None:
    solo = factories.pools()[0]
    Band.objects.filter(name="Cheap").update(pool=solo)
    assert "band Cheap" in browser_client.get(f"/pools/{solo.pk}").content.decode()
    browser_client.post(f"/pools/{solo.pk}/remove")
    assert not Pool.objects.filter(pk=solo.pk).exists()


def test_a_test_speaks_to_the_pool_and_says_what_it_answered(browser_client: Client) -> None:
    with listening() as script:
        made = Pool.objects.create(name="Here", host="127.0.0.1", port=script.port, user="x")
        page = browser_client.post(f"/pools/{made.pk}/test", follow=True).content.decode()
    assert "Here answers stratum in" in page
    assert script.asked == ["mining.subscribe"]


def test_a_test_of_a_silent_pool_says_why_it_failed(browser_client: Client) -> None:
    made = Pool.objects.create(name="Gone", host="127.0.0.1", port=1, user="x")
    page = browser_client.post(f"/pools/{made.pk}/test", follow=True).content.decode()
    assert "Gone: " in page


class TestChoice:
    def test_offers_the_enabled_pools(self, fragment: Callable[[str, str], str], now: datetime) -> None:
        solo, backup = factories.pools()
        Pool.objects.filter(pk=backup.pk).update(enabled=False)
        blue = factories.miner("Blue", "bitaxe", now)
        part = fragment(f"/pools/for/{blue.pk}", "pool-choice")
        assert solo.name in part
        assert backup.name not in part
        assert "<html" not in part

    @pytest.mark.django_db(transaction=True)
    def test_orders_it_through_the_one_door(self, browser_client: Client, now: datetime) -> None:
        solo = factories.pools()[0]
        blue = factories.miner("Blue", "bitaxe", now)
        response = browser_client.post(f"/pools/for/{blue.pk}", {"pool": solo.pk}, headers={"HX-Request": "true"})
        assert response.status_code == 204
        assert Command.objects.get().outcome == "shadowed"

    @pytest.mark.parametrize("chosen", ["4711", "", "x"])
    def test_a_pool_that_is_not_there_is_no_choice(self, browser_client: Client, now: datetime, chosen: str) -> None:
        blue = factories.miner("Blue", "bitaxe", now)
        assert browser_client.post(f"/pools/for/{blue.pk}", {"pool": chosen}).status_code in {400, 404}
        assert not Command.objects.exists()
