"""The miners' pages: table, one miner, forms, and orders that reach a simulated device."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from miners.models import Command, Miner, MinerStatus
from miners.services import create_miner
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running
from strategy.models import Strategy
from tests import factories

pytestmark = pytest.mark.django_db

FORM = {"name": "Blue", "kind": "bitaxe", "host": "192.168.1.9", "port": "", "enabled": "on"}


def toast_of(response: Any) -> dict[str, str]:
    return json.loads(response.headers["HX-Trigger"])["toast"]


@pytest.mark.usefixtures("house")
def test_the_table_names_every_miner_with_its_state(browser_client: Client) -> None:
    page = browser_client.get("/miners").content.decode()
    assert all(miner.name in page for miner in Miner.objects.all())
    assert "Unreachable 4 min" in page


def test_a_table_of_many_miners_has_pages(browser_client: Client, now: datetime) -> None:
    factories.fleet(101, now)
    first = browser_client.get("/miners").content.decode()
    assert "1 to 100 of 101" in first
    second = browser_client.get("/miners?page=2").content.decode()
    assert second.count('id="row-') == 1


@pytest.mark.usefixtures("house")
def test_every_miner_has_its_page(browser_client: Client) -> None:
    for miner in Miner.objects.all():
        response = browser_client.get(f"/miners/{miner.pk}")
        assert response.status_code == 200
        assert f"<h1>{miner.name}</h1>" in response.content.decode()


@pytest.mark.parametrize("name", ["head", "controls", "ledger", "events"])
def test_its_fragments(house: dict[str, Miner], fragment: Callable[[str, str], str], name: str) -> None:
    part = fragment(f"/miners/{house['Blue'].pk}", name)
    assert f'id="{name}"' in part[:60]
    assert "<html" not in part


def test_a_miner_that_is_not_there_is_a_page_of_its_own(browser_client: Client) -> None:
    response = browser_client.get("/miners/4711")
    assert response.status_code == 404
    assert "There is nothing here." in response.content.decode()


def test_a_name_is_text_and_never_markup(browser_client: Client, now: datetime) -> None:
    miner = factories.miner("<script>alert(1)</script>", "bitaxe", now, failure="<b>x</b>", state="unreachable")
    for url in ("/", "/miners", f"/miners/{miner.pk}", "/strategy", "/logs"):
        assert "<script>alert(1)" not in browser_client.get(url).content.decode()


class TestControls:
    """Only what the device says it can do is offered."""

    @pytest.mark.parametrize(
        ("name", "offered", "missing"),
        [
            ("Blue", ["Pause", "Restart", "Identify", 'value="turbo"'], ["Shut down", "Resume"]),
            ("Q Bert", ["Shut down", "Restart", 'value="oc"'], ["Pause</button>", "Identify"]),
            ("Nano heater", ["Restart", 'value="high"'], ["Pause</button>", "Shut down"]),
            ("Lottery cube", [], ["Pause</button>", "Restart", "Shut down"]),
            ("Attic", ["Resume"], ["Pause</button>"]),
            ("Newcomer", ["known after its first reading"], ["Restart"]),
        ],
    )
    def test_per_family(
        self,
        house: dict[str, Miner],
        fragment: Callable[[str, str], str],
        name: str,
        offered: list[str],
        missing: list[str],
    ) -> None:
        part = fragment(f"/miners/{house[name].pk}", "controls")
        assert all(text in part for text in offered)
        assert not any(text in part for text in missing)


class TestForm:
    def test_adds_a_miner(self, browser_client: Client) -> None:
        response = browser_client.post("/miners/add", FORM)
        made = Miner.objects.get()
        assert response.url == f"/miners/{made.pk}"
        assert (made.host, made.port, made.enabled) == ("192.168.1.9", 80, True)

    def test_the_familys_own_port_is_taken_where_none_is_given(self, browser_client: Client) -> None:
        browser_client.post("/miners/add", FORM | {"kind": "avalon_nano"})
        assert Miner.objects.get().port == 4028

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"host": "8.8.8.8"}, "host"),
            ({"host": "http://192.168.1.9"}, "host"),
            ({"name": ""}, "name"),
            ({"kind": "toaster"}, "kind"),
            ({"port": "70000"}, "port"),
            ({"estimated_power_w": "-3"}, "estimated_power_w"),
        ],
    )
    def test_refuses_with_the_reason_beside_the_field(
        self, browser_client: Client, wrong: dict[str, str], field: str
    ) -> None:
        response = browser_client.post("/miners/add", FORM | wrong)
        assert response.status_code == 422
        assert response.context["form"].errors[field]
        assert not Miner.objects.exists()

    def test_a_name_or_address_is_taken_once(self, browser_client: Client) -> None:
        browser_client.post("/miners/add", FORM)
        assert browser_client.post("/miners/add", FORM | {"host": "192.168.1.10"}).status_code == 422
        assert browser_client.post("/miners/add", FORM | {"name": "Other"}).status_code == 422
        assert Miner.objects.count() == 1

    def test_changes_a_miner_and_keeps_the_password_that_is_not_typed(self, browser_client: Client) -> None:
        browser_client.post("/miners/add", FORM | {"web_user": "root", "web_password": "s3cret"})
        made = Miner.objects.get()
        page = browser_client.get(f"/miners/{made.pk}/edit").content.decode()
        assert "s3cret" not in page
        browser_client.post(f"/miners/{made.pk}/edit", FORM | {"name": "Azure", "web_password": ""})
        made.refresh_from_db()
        assert (made.name, made.web_password) == ("Azure", "s3cret")

    def test_removes_a_miner(self, browser_client: Client) -> None:
        browser_client.post("/miners/add", FORM)
        pk = Miner.objects.get().pk
        assert browser_client.get(f"/miners/{pk}/remove").status_code == 405
        assert browser_client.post(f"/miners/{pk}/remove").url == "/miners"
        assert not Miner.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestOrders:
    @pytest.fixture
    def simulation(self) -> Iterator[Simulation]:
        fleet = parse(
            {"speed": 20, "seed": 7, "miners": [{"kind": "bitaxe", "name": "Blue", "host": "127.0.0.1", "port": 0}]}
        )
        with running(fleet) as found:
            yield found

    @pytest.fixture
    def blue(self, simulation: Simulation, now: datetime) -> Miner:
        device = simulation.device("Blue")
        return create_miner(actor="x", now=now, name="Blue", kind="bitaxe", host=device.host, port=device.port)

    @staticmethod
    def strategy_is(state: str) -> None:
        Strategy.objects.update_or_create(pk=1, defaults={"state": state})

    @staticmethod
    def order(client: Client, miner: Miner, **data: str) -> Any:
        return client.post(f"/miners/{miner.pk}/order", data, headers={"HX-Request": "true"})

    def test_a_mode_reaches_the_device_and_is_read_back(self, browser_client: Client, blue: Miner) -> None:
        self.strategy_is("PAUSED")
        response = self.order(browser_client, blue, action="mode", mode="eco")
        assert response.status_code == 204
        assert toast_of(response)["level"] == "ok"
        command = Command.objects.get()
        assert (command.outcome, command.actor, command.argument) == ("verified", "danvic", {"mode": "eco"})
        assert MinerStatus.objects.get(miner=blue).mode == "eco"

    def test_shadow_sends_nothing_and_says_so(self, browser_client: Client, blue: Miner) -> None:
        self.strategy_is("SHADOW")
        response = self.order(browser_client, blue, action="restart")
        assert toast_of(response)["level"] == "info"
        assert "SHADOW" in toast_of(response)["message"]
        assert Command.objects.get().outcome == "shadowed"

    def test_without_javascript_the_outcome_is_a_message_on_the_page(self, browser_client: Client, blue: Miner) -> None:
        self.strategy_is("SHADOW")
        response = browser_client.post(f"/miners/{blue.pk}/order", {"action": "restart"}, follow=True)
        assert "nothing was sent" in response.content.decode()

    @pytest.mark.parametrize(
        "data", [{}, {"action": "<b>"}, {"action": "mode"}, {"action": "plug-off"}, {"action": "pool"}]
    )
    def test_what_is_no_order_is_refused_as_plain_text(
        self, browser_client: Client, blue: Miner, data: dict[str, str]
    ) -> None:
        response = self.order(browser_client, blue, **data)
        assert response.status_code == 400
        assert response.headers["Content-Type"].startswith("text/plain")
        assert not Command.objects.exists()
