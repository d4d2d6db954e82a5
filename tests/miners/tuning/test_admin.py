from __future__ import annotations

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from miners.models import FirmwareVersion, TuningProfile
from tests.miners.tuning.made import NOW, board

pytestmark = pytest.mark.django_db
ADD = "/admin/miners/tuningprofile/add/"
QUIET = {"name": "Quiet", "kind": "bitaxe", "model": "Gamma 601", "frequency_mhz": "490", "core_voltage_mv": "1060"}


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def test_a_profile_is_added_changed_and_deleted_in_the_admin(staff: Client):
    board()
    assert staff.post(ADD, QUIET).status_code == 302
    profile = TuningProfile.objects.get()
    assert LogEntry.objects.get(content_type__model="tuningprofile").actor.username == "ada"

    change = f"/admin/miners/tuningprofile/{profile.pk}/change/"
    assert staff.post(change, QUIET | {"name": "Night"}).status_code == 302
    assert TuningProfile.objects.get().name == "Night"
    assert staff.get("/admin/miners/tuningprofile/").status_code == 200
    staff.post(f"/admin/miners/tuningprofile/{profile.pk}/delete/", {"post": "yes"})
    assert not TuningProfile.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"frequency_mhz": "800"}, "800 is outside what its board supports: 400 to 625 MHz."),
        ({"core_voltage_mv": "-1"}, "-1 is outside what its board supports: 1000 to 1250 mV."),
        ({"kind": "toaster"}, "not one of the available"),
    ],
)
def test_the_admin_refuses_what_the_services_refuse(staff: Client, wrong: dict[str, str], sentence: str):
    board()
    answer = staff.post(ADD, QUIET | wrong)

    assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
    assert not TuningProfile.objects.exists()


def test_firmware_versions_are_only_shown(staff: Client):
    row = FirmwareVersion.objects.create(miner=board(), version="v2.14.0", since=NOW)

    assert "v2.14.0" in staff.get("/admin/miners/firmwareversion/").content.decode()
    assert staff.get("/admin/miners/firmwareversion/add/").status_code == 403
    assert staff.post(f"/admin/miners/firmwareversion/{row.pk}/delete/", {"post": "yes"}).status_code == 403
