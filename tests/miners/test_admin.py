from __future__ import annotations

from datetime import UTC, datetime

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from miners.models import Command, DesiredState, HomeAssistant, Miner, MinerStatus, Outcome, Switch
from miners.services import create_miner

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINER = {"name": "gamma", "kind": "bitaxe", "host": "192.168.1.20", "port": "80", "enabled": "on"}
INLINES = {f"{name}-{count}_FORMS": "0" for name in ("status", "desired") for count in ("TOTAL", "INITIAL")}
pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


@pytest.fixture
def miner(db: None) -> Miner:
    return create_miner(actor="ada", now=NOW, name="gamma", kind="bitaxe", host="192.168.1.20", web_password="hunter2")


def test_a_miner_added_in_the_admin_is_a_whole_one(staff: Client):
    answer = staff.post("/admin/miners/miner/add/", MINER | {"host": " 192.168.1.20 ", "mac": "AABBCCDDEEFF"})

    assert answer.status_code == 302
    miner = Miner.objects.get()
    assert (miner.host, miner.mac, miner.status.state, miner.desired.power) == (
        "192.168.1.20",
        "aa:bb:cc:dd:ee:ff",
        "unknown",
        "leave",
    )
    assert LogEntry.objects.get(content_type__model="miner").actor.username == "ada"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"host": "8.8.8.8"}, "not an address of a private network"), ({"kind": "toaster"}, "not one of the available")],
)
def test_the_admin_refuses_what_the_services_refuse(wrong: dict[str, str], sentence: str, staff: Client):
    answer = staff.post("/admin/miners/miner/add/", MINER | wrong)

    assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
    assert not Miner.objects.exists()


def test_a_change_keeps_the_secret_and_never_shows_it(staff: Client, miner: Miner):
    path = f"/admin/miners/miner/{miner.pk}/change/"
    page = staff.get(path).content.decode()
    assert "hunter2" not in page
    assert "gAAAA" not in page

    assert staff.post(path, MINER | INLINES | {"name": "attic"}).status_code == 302
    miner.refresh_from_db()
    assert (miner.name, miner.web_password) == ("attic", "hunter2")


def test_a_deleted_miner_takes_its_rows_along(staff: Client, miner: Miner):
    staff.post("/admin/miners/miner/", {"action": "delete_selected", "_selected_action": [miner.pk], "post": "yes"})

    assert not Miner.objects.exists()
    assert not MinerStatus.objects.exists()
    assert not DesiredState.objects.exists()


def test_what_is_observed_is_only_shown(staff: Client, miner: Miner):
    command = Command.objects.create(
        time=NOW, miner=miner, name="gamma", action="mode", argument={"mode": "eco"}, outcome=Outcome.VERIFIED
    )
    for model, pk in (("command", command.pk), ("minerstatus", miner.pk), ("desiredstate", miner.pk)):
        assert staff.get(f"/admin/miners/{model}/").status_code == 200
        assert staff.get(f"/admin/miners/{model}/add/").status_code == 403
        assert staff.get(f"/admin/miners/{model}/{pk}/change/").status_code == 200
        assert staff.post(f"/admin/miners/{model}/{pk}/change/", {"outcome": "refused"}).status_code == 403
        assert staff.post(f"/admin/miners/{model}/{pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_plug_is_configured_and_its_observation_left_alone(staff: Client):
    staff.post("/admin/miners/switch/add/", {"name": "desk", "entity_id": "switch.desk", "state": "on"})

    switch = Switch.objects.get()
    assert (switch.entity_id, switch.state) == ("switch.desk", "unknown")
    assert staff.get(f"/admin/miners/switch/{switch.pk}/change/").status_code == 200
    assert staff.get("/admin/miners/switch/").status_code == 200
    staff.post(f"/admin/miners/switch/{switch.pk}/delete/", {"post": "yes"})
    assert not Switch.objects.exists()


def test_home_assistant_has_one_row_and_a_write_only_token(staff: Client):
    add = "/admin/miners/homeassistant/add/"
    staff.post(add, {"url": "http://ha.local:8123", "token": "secret-token", "enabled": "on"})
    home = HomeAssistant.objects.get(pk=1)
    change = "/admin/miners/homeassistant/1/change/"
    assert staff.get(add).status_code == 403
    assert "secret-token" not in staff.get(change).content.decode()

    staff.post(change, {"url": "http://ha.local:8123", "token": ""})
    home.refresh_from_db()
    assert (home.enabled, home.token) == (False, "secret-token")

    moved = staff.post(change, {"url": "http://elsewhere.local", "token": ""})
    assert "Enter the token again" in moved.content.decode()
    home.refresh_from_db()
    assert home.url == "http://ha.local:8123"
