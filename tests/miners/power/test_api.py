from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from miners.models import HomeAssistant, Switch
from miners.power.api import router
from miners.services import create_miner
from miners.simulators import home_assistant
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation
from tests.routers import Client, client

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db
BLUE = {"name": "blue", "entity_id": "switch.blue", "power_entity_id": "sensor.blue_power"}


@pytest.fixture
def api() -> Client:
    return client(power=router)


def test_a_plug_is_added_linked_changed_and_removed(api: Client, django_assert_num_queries: Any):
    miner = create_miner(actor="ada", now=NOW, name="blue", kind="bitaxe", host="10.0.0.1")

    made = api.post("/power/switches", json={**BLUE, "miner_ids": [miner.pk]})
    path = f"/power/switches/{made.json()['id']}"
    assert (made.status_code, made.json()) == (
        201,
        {
            "id": made.json()["id"],
            **BLUE,
            "locked": False,
            "miner_ids": [miner.pk],
            "state": "unknown",
            "power_w": None,
            "last_seen": None,
            "failure": "",
        },
    )

    with django_assert_num_queries(3):
        listed = api.get("/power/switches").json()
    assert (listed["count"], listed["items"]) == (1, [made.json()])

    changed = api.patch(path, json={"locked": True, "miner_ids": []}).json()
    assert (changed["locked"], changed["miner_ids"], changed["name"]) == (True, [], "blue")
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("entity_id", "light blue"),
        ("power_entity_id", "switch.x"),
        ("name", ""),
        ("miner_ids", [4711]),
        ("locked", None),
    ],
)
def test_a_bad_plug_is_a_422_that_names_the_field(field: str, value: Any, api: Client):
    answer = api.post("/power/switches", json={**BLUE, field: value})

    assert answer.status_code == 422
    assert field in answer.json()["detail"][0]["loc"]
    assert not Switch.objects.exists()


@pytest.mark.usefixtures("live")
def test_a_person_switches_a_plug(
    api: Client, home: HomeAssistant, plugs: home_assistant.HomeAssistant, simulation: Simulation
):
    path = f"/power/switches/{api.post('/power/switches', json=BLUE).json()['id']}"

    answers = [api.post(f"{path}/{way}") for way in ("off", "off", "on")]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.json()["outcome"] for answer in answers] == ["verified", "unchanged", "verified"]
    assert api.get(path).json()["state"] == "on"

    api.patch(path, json={"locked": True})
    assert api.post(f"{path}/off").status_code == 409
    api.patch(path, json={"locked": False})
    simulation.do(plugs.break_with, Fault(kind=FaultKind.REFUSE))
    assert api.post(f"{path}/off").status_code == 503


def test_in_shadow_no_plug_is_switched(api: Client, home: HomeAssistant, gated: Callable[[str], None]):
    gated("SHADOW")
    path = f"/power/switches/{api.post('/power/switches', json=BLUE).json()['id']}"

    answer = api.post(f"{path}/off")

    assert (answer.status_code, answer.json()["detail"][:26]) == (409, "SHADOW: nothing was sent; ")


def test_the_connection_never_gives_its_token_back(api: Client):
    assert api.get("/power/home-assistant").json()["url"] == ""

    saved = api.patch("/power/home-assistant", json={"url": "http://ha.local:8123", "token": "secret-token"})

    assert saved.json() == {
        "url": "http://ha.local:8123",
        "has_token": True,
        "enabled": True,
        "verify_tls": True,
        "rejected": False,
        "last_seen": None,
    }
    assert "secret-token" not in api.get("/power/home-assistant").content.decode()
    assert api.patch("/power/home-assistant", json={"url": "http://other.local"}).status_code == 422
    assert HomeAssistant.objects.get().token == "secret-token"


def test_a_connection_is_tried_before_and_after_it_is_saved(api: Client, home: HomeAssistant):
    path = "/power/home-assistant/test"

    assert api.post(path).json() == {"message": "API running."}
    assert api.post(path, json={"url": home.url, "token": "wrong"}).status_code == 409
    assert api.post(path, json={"url": "http://127.0.0.1:9", "token": "any"}).status_code == 503
    assert api.post(path, json={"url": home.url}).status_code == 422


def test_what_can_be_linked_is_listed_unlinked_plugs_first_with_suggestions(api: Client, home: HomeAssistant):
    miner = create_miner(actor="ada", now=NOW, name="Shared", kind="bitaxe", host="10.0.0.1")
    api.post("/power/switches", json=BLUE)

    answer = api.get("/power/entities").json()

    assert [(item["entity_id"], item["linked"]) for item in answer["items"]] == [
        ("switch.shared", False),
        ("switch.blue", True),
        ("sensor.blue_power", True),
        ("sensor.shared_power", False),
    ]
    first = answer["items"][0]
    assert (first["suggested_power_entity_id"], first["suggested_miner_id"]) == ("sensor.shared_power", miner.pk)
    assert not miner.switch_id


def test_without_home_assistant_entities_are_a_409_with_the_way_out(api: Client):
    answer = api.get("/power/entities")

    assert (answer.status_code, "enter its address and a token" in answer.json()["detail"]) == (409, True)
