"""The plugs' pages: what Home Assistant has, what is linked, and switching by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from hmm_project.dashboard.templatetags.units import watts
from miners.models import HomeAssistant, Miner, MqttBroker, Switch
from miners.services import create_miner
from miners.simulators import home_assistant
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running
from strategy.models import Strategy

pytestmark = pytest.mark.django_db
HERE = {"kind": "bitaxe", "host": "127.0.0.1", "port": 0}
CHOSEN = {"name": "Blue", "entity_id": "switch.miner_blue", "power_entity_id": "sensor.miner_blue_power"}


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    miners = [{**HERE, "name": "blue", "switch": "switch.miner_blue"}, {**HERE, "name": "red", "switch": "switch.red"}]
    with running(parse({"speed": 20, "miners": miners, "services": {"home_assistant": {"port": 0}}})) as simulation:
        yield simulation


@pytest.fixture
def plugs(simulation: Simulation, db: None) -> home_assistant.HomeAssistant:
    found = simulation.service("home_assistant")
    assert isinstance(found, home_assistant.HomeAssistant)
    HomeAssistant.objects.create(pk=1, url=f"http://{found.host}:{found.port}", token="simulated-token")
    return found


@pytest.fixture
def blue(db: None, now: Any) -> Miner:
    return create_miner(actor="ada", now=now, name="Blue", kind="bitaxe", host="10.0.0.1")


def toast_of(response: Any) -> dict[str, str]:
    return json.loads(response.headers["HX-Trigger"])["toast"]


@pytest.mark.usefixtures("plugs")
def test_home_assistants_plugs_are_offered_with_a_suggestion_that_is_not_acted_on(
    blue: Miner, fragment: Callable[[str, str], str]
) -> None:
    Switch.objects.create(name="red", entity_id="switch.red")
    offers = fragment("/plugs/offered", "offers")

    assert offers.strip().startswith('<section id="offers"')
    assert offers.index("switch.miner_blue") < offers.index("switch.red")
    assert "with sensor.miner_blue_power?" in offers
    assert "for Blue?" in offers
    assert "already here" in offers
    assert not Miner.objects.exclude(switch=None).exists()


@pytest.mark.usefixtures("plugs")
def test_a_chosen_offer_fills_the_form_and_is_kept_only_when_it_is_sent(blue: Miner, browser_client: Client) -> None:
    page = browser_client.get("/plugs/add", CHOSEN | {"miner_ids": blue.pk}).content.decode()
    assert all(f'value="{value}"' in page for value in CHOSEN.values())
    assert "checked" in page[page.index("Feeds") :]
    assert not Switch.objects.exists()

    assert browser_client.post("/plugs/add", CHOSEN | {"miner_ids": [blue.pk]}).url == "/plugs"
    assert list(Switch.objects.get().miners.all()) == [blue]


def test_one_plug_is_linked_to_many_miners(blue: Miner, browser_client: Client, now: Any) -> None:
    red = create_miner(actor="ada", now=now, name="Red", kind="bitaxe", host="10.0.0.2")

    browser_client.post("/plugs/add", CHOSEN | {"miner_ids": [blue.pk, red.pk]})

    assert set(Switch.objects.get().miners.all()) == {blue, red}


def test_while_home_assistant_is_away_a_plug_is_typed(
    plugs: home_assistant.HomeAssistant, simulation: Simulation, fragment: Callable[[str, str], str],
    browser_client: Client,
) -> None:  # fmt: skip
    simulation.do(plugs.close)

    offers = fragment("/plugs/offered", "offers")
    assert "does not answer" in offers
    assert "You can still type the names" in offers
    assert browser_client.get("/plugs/add").status_code == 200
    assert browser_client.post("/plugs/add", CHOSEN).url == "/plugs"
    assert Switch.objects.get().state == "unknown"


def test_without_home_assistant_the_way_out_is_named(fragment: Callable[[str, str], str]) -> None:
    assert "enter its address and a token" in fragment("/plugs/offered", "offers")


@pytest.mark.usefixtures("plugs")
def test_a_name_from_home_assistant_is_text_on_our_page(
    fragment: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_assistant.Plug, "name", property(lambda self: "<script>alert(1)</script>"))

    assert "<script>alert" not in fragment("/plugs/offered", "offers")


def test_a_plug_is_switched_and_the_outcome_told(
    plugs: home_assistant.HomeAssistant, browser_client: Client, now: Any
) -> None:
    Strategy.objects.filter(pk=Strategy.load().pk).update(state="LIVE")
    switch = Switch.objects.create(name="blue", entity_id="switch.miner_blue")
    path = f"/plugs/{switch.pk}/turn"

    answer = browser_client.post(path, {"action": "plug-off"}, headers={"HX-Request": "true"})
    assert toast_of(answer) == {"level": "ok", "message": "blue: plug off done, and read back."}
    assert not plugs.plugs["switch.miner_blue"].on

    told = browser_client.post(path, {"action": "plug-on"}, follow=True).content.decode()
    assert "blue: plug on done, and read back." in told
    assert browser_client.post(path, {"action": "explode"}).status_code == 400


def test_the_shared_watts_of_a_plug_stand_at_the_plug(browser_client: Client, blue: Miner, now: Any) -> None:
    red = create_miner(actor="ada", now=now, name="Red", kind="bitaxe", host="10.0.0.2")
    switch = Switch.objects.create(name="desk", entity_id="switch.desk", power_w=61.0, state="on", seen_at=now)
    Miner.objects.filter(pk__in=[blue.pk, red.pk]).update(switch=switch)

    page = browser_client.get("/plugs").content.decode()

    assert watts(61.0) in page
    assert "together" in page
    assert browser_client.get(f"/api/miners/{blue.pk}").json()["power_w"] is None


def test_a_certificate_may_go_unchecked_and_the_token_is_asked_for_again_elsewhere(browser_client: Client) -> None:
    form = {"url": "https://ha.local:8123", "token": "secret", "enabled": "on"}
    assert browser_client.post("/plugs", form).url == "/plugs"
    assert HomeAssistant.objects.get().verify_tls is False

    moved = browser_client.post("/plugs", form | {"url": "https://evil.local", "token": ""})
    assert moved.status_code == 422
    assert "Enter the token again" in moved.content.decode()
    assert "secret" not in browser_client.get("/plugs").content.decode()


class TestMqtt:
    FORM = {"host": "broker.local", "port": "1883", "user": "home", "password": "secret", "enabled": "on",
            "discovery_prefix": "homeassistant", "prefix": "hmm", "verify_tls": "on"}  # fmt: skip

    def test_the_plugs_page_says_how_the_broker_stands_and_leads_to_it(self, browser_client: Client) -> None:
        page = browser_client.get("/plugs").content.decode()
        assert "No broker is set up" in page
        assert 'href="/plugs/mqtt"' in page

    def test_it_is_set_up_and_its_password_not_shown(self, browser_client: Client) -> None:
        assert browser_client.post("/plugs/mqtt", self.FORM).url == "/plugs/mqtt"
        page = browser_client.get("/plugs/mqtt").content.decode()
        assert "Waiting for a worker to connect." in page
        assert "secret" not in page
        assert 'value="broker.local"' in page

        browser_client.post("/plugs/mqtt", self.FORM | {"password": "", "takes_orders": "on"})
        kept = MqttBroker.objects.get()
        assert (kept.password, kept.takes_orders) == ("secret", True)

    @pytest.mark.parametrize(
        ("wrong", "field"), [({"host": "two words"}, "host"), ({"prefix": "#"}, "prefix"), ({"port": "0"}, "port")]
    )
    def test_what_is_wrong_stands_beside_its_field(
        self, wrong: dict[str, str], field: str, browser_client: Client
    ) -> None:
        answer = browser_client.post("/plugs/mqtt", self.FORM | wrong)
        assert answer.status_code == 422
        assert answer.context["form"].errors[field]

    def test_its_standing_is_a_fragment_that_follows(self, fragment: Callable[[str, str], str], now: Any) -> None:
        MqttBroker.objects.create(pk=1, host="broker.local", connected=True, seen_at=now)
        assert "Connected to broker.local:1883" in fragment("/plugs/mqtt", "mqtt")

    def test_a_test_says_why_it_failed(self, browser_client: Client) -> None:
        MqttBroker.objects.create(pk=1, host="127.0.0.1", port=9)
        told = browser_client.post("/plugs/mqtt/test", follow=True).content.decode()
        assert "The MQTT broker at 127.0.0.1:9 does not answer" in told

    def test_in_the_admin_a_saved_password_stays_and_does_not_follow(self, browser_client: Client) -> None:
        path = "/admin/miners/mqttbroker/"
        assert browser_client.post(f"{path}add/", self.FORM).status_code == 302
        assert browser_client.post(f"{path}1/change/", self.FORM | {"password": ""}).status_code == 302
        assert MqttBroker.objects.get().password == "secret"
        moved = browser_client.post(f"{path}1/change/", self.FORM | {"password": "", "host": "evil.local"})
        assert "Enter the password again" in moved.content.decode()
        assert browser_client.post(f"{path}1/delete/", {"post": "yes"}).status_code == 302
        assert not MqttBroker.objects.exists()
