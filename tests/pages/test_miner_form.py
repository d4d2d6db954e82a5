"""The connection test on the form: it fills what was left empty, warns, and never stands in the way of saving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from miners.models import Miner
from miners.services import create_miner
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running

pytestmark = pytest.mark.django_db

EMPTY = {"name": "", "kind": "", "host": "", "port": "", "enabled": "on"}


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    miners = [
        {"kind": "bitaxe", "name": "bitaxe", "host": "127.0.0.1", "port": 0},
        {"kind": "nerdqaxe", "name": "nerd", "host": "127.0.0.1", "port": 0},
    ]
    with running(parse({"speed": 20, "seed": 7, "miners": miners})) as found:
        yield found


@pytest.fixture
def ask(browser_client: Client) -> Callable[..., Any]:
    """Press "Test the connection"."""

    def ask(url: str = "/miners/add", **entered: Any) -> Any:
        return browser_client.post(url, EMPTY | {key: str(value) for key, value in entered.items()} | {"test": "1"})

    return ask


def test_fills_family_port_and_name_and_shows_the_first_reading(
    ask: Callable[..., Any], simulation: Simulation
) -> None:
    device = simulation.device("bitaxe")
    response = ask(host=device.host, port=device.port)
    assert response.status_code == 200
    initial = response.context["form"].initial
    assert (initial["kind"], initial["port"]) == ("bitaxe", str(device.port))
    assert initial["name"]
    page = response.content.decode()
    assert device.spec.mac in page
    assert "GH/s" in page or "TH/s" in page
    assert not Miner.objects.exists()


def test_what_was_filled_can_be_saved(ask: Callable[..., Any], simulation: Simulation, browser_client: Client) -> None:
    device = simulation.device("bitaxe")
    filled = ask(host=device.host, port=device.port).context["form"].initial
    saved = browser_client.post("/miners/add", {key: filled[key] for key in ("name", "kind", "host", "port")})
    assert saved.status_code == 302
    assert Miner.objects.get().kind == "bitaxe"


def test_what_was_entered_stays_and_a_wrong_family_is_warned_of(
    ask: Callable[..., Any], simulation: Simulation
) -> None:
    device = simulation.device("nerd")
    response = ask(host=device.host, port=device.port, kind="bitaxe", name="Mine", estimated_power_w="70")
    initial = response.context["form"].initial
    assert (initial["name"], initial["kind"], initial["estimated_power_w"], initial["enabled"]) == (
        "Mine",
        "bitaxe",
        "70",
        True,
    )
    assert "It is of the family NerdQAxe++, not Bitaxe." in response.content.decode()


def test_a_device_of_the_list_is_warned_of_but_not_on_its_own_form(
    ask: Callable[..., Any], simulation: Simulation, now: datetime
) -> None:
    device = simulation.device("bitaxe")
    mac = device.spec.mac
    miner = create_miner(actor="x", now=now, name="Blue", kind="bitaxe", host="192.168.1.9", mac=mac)
    entered = {"host": device.host, "port": device.port, "kind": "bitaxe", "name": "Blue"}
    assert "the same device as Blue" in ask(**entered).content.decode()
    assert "the same device" not in ask(f"/miners/{miner.pk}/edit", **entered).content.decode()


def test_who_does_not_answer_can_be_saved_all_the_same(
    ask: Callable[..., Any], simulation: Simulation, browser_client: Client
) -> None:
    device = simulation.device("bitaxe")
    simulation.do(device.break_with, Fault(kind=FaultKind.REFUSE))
    page = ask(host=device.host, port=device.port, kind="bitaxe", name="Blue").content.decode()
    assert "Connection refused" in page
    assert "It can be saved all the same" in page
    values = {"host": device.host, "port": device.port, "kind": "bitaxe", "name": "Blue"}
    assert browser_client.post("/miners/add", values).status_code == 302


@pytest.mark.parametrize(("entered", "field"), [({"host": "8.8.8.8"}, "host"), ({"host": ""}, "host")])
def test_an_address_that_cannot_be_tested_comes_back(
    ask: Callable[..., Any], entered: dict[str, str], field: str
) -> None:
    response = ask(**entered)
    assert response.status_code == 422
    assert response.context["form"].errors[field]


def test_without_a_family_nothing_is_saved_and_the_way_out_is_named(browser_client: Client) -> None:
    response = browser_client.post("/miners/add", EMPTY | {"name": "Blue", "host": "192.168.1.9"})
    assert response.status_code == 422
    assert "test the connection" in response.content.decode()


def test_the_password_that_was_typed_is_not_sent_back(ask: Callable[..., Any], simulation: Simulation) -> None:
    device = simulation.device("bitaxe")
    assert "s3cret" not in ask(host=device.host, port=device.port, web_password="s3cret").content.decode()


def test_htmx_gets_the_form_alone(browser_client: Client, simulation: Simulation) -> None:
    device = simulation.device("bitaxe")
    values = EMPTY | {"host": device.host, "port": str(device.port), "test": "1"}
    response = browser_client.post("/miners/add", values, headers={"HX-Request": "true", "HX-Target": "form"})
    assert "<html" not in response.content.decode()
    assert 'id="trial"' in response.content.decode()
