"""The plugs' pages: what Home Assistant has, what is linked, and switching by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from hmm_project.dashboard.templatetags.units import watts
from miners.models import HomeAssistant, Miner, Switch
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
    assert toast_of(answer) == {"level": "ok", "message": "blue: plug-off done, and read back."}
    assert not plugs.plugs["switch.miner_blue"].on

    told = browser_client.post(path, {"action": "plug-on"}, follow=True).content.decode()
    assert "blue: plug-on done, and read back." in told
    assert browser_client.post(path, {"action": "explode"}).status_code == 400


def test_the_shared_watts_of_a_plug_stand_at_the_plug(browser_client: Client, blue: Miner, now: Any) -> None:
    red = create_miner(actor="ada", now=now, name="Red", kind="bitaxe", host="10.0.0.2")
    switch = Switch.objects.create(name="desk", entity_id="switch.desk", power_w=61.0, state="on", seen_at=now)
    Miner.objects.filter(pk__in=[blue.pk, red.pk]).update(switch=switch)

    page = browser_client.get("/plugs").content.decode()

    assert watts(61.0) in page
    assert "together" in page
    assert watts(61.0) not in browser_client.get(f"/miners/{blue.pk}").content.decode()


def test_a_certificate_may_go_unchecked_and_the_token_is_asked_for_again_elsewhere(browser_client: Client) -> None:
    form = {"url": "https://ha.local:8123", "token": "secret", "enabled": "on"}
    assert browser_client.post("/plugs", form).url == "/plugs"
    assert HomeAssistant.objects.get().verify_tls is False

    moved = browser_client.post("/plugs", form | {"url": "https://evil.local", "token": ""})
    assert moved.status_code == 422
    assert "Enter the token again" in moved.content.decode()
    assert "secret" not in browser_client.get("/plugs").content.decode()
