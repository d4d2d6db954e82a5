from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from hmm_project.journal import services as journal
from hmm_project.journal.models import Alert
from miners.models import Command, DesiredState, Miner, MinerStatus, Outcome
from miners.services import Invalid, canonical_identity, create_miner, delete_miner, update_miner

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def add(**values: Any) -> Miner:
    chosen: dict[str, Any] = {"name": "gamma", "kind": "bitaxe", "host": "192.168.1.20", "port": 80, **values}
    return create_miner(actor="ada", now=NOW, **chosen)


def test_a_new_miner_has_a_status_and_a_desired_row():
    miner = add()

    assert (miner.status.state, miner.desired.power) == ("unknown", "leave")


def test_without_a_port_it_is_the_familys_own():
    assert add(port=None).port == 80


def test_host_name_and_identity_are_kept_in_one_spelling():
    miner = add(name=" attic ", host="Bitaxe.LOCAL.", mac="AABB-ccdd-EEFF".replace("-", ""))

    assert (miner.name, miner.host, miner.mac) == ("attic", "bitaxe.local", "aa:bb:cc:dd:ee:ff")


@pytest.mark.parametrize(
    ("text", "kept"),
    [("AA-BB-CC-DD-EE-FF", "aa:bb:cc:dd:ee:ff"), ("", None), (None, None), (" HDNA0123 ", "hdna0123")],
)
def test_an_identity_is_a_mac_or_the_familys_own_text(text: str | None, kept: str | None):
    assert canonical_identity(text) == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "8.8.8.8"),
        ("host", "http://192.168.1.4"),
        ("kind", "toaster"),
        ("port", 70_000),
        ("name", " "),
        ("name", "x" * 61),
        ("estimated_power_w", -1),
        ("favourite", 1),
    ],
)
def test_a_bad_value_is_refused_with_its_field_and_nothing_is_kept(field: str, value: Any):
    with pytest.raises(ValidationError) as refused:
        add(**{field: value})

    assert field in refused.value.message_dict
    assert not Miner.objects.exists()


@pytest.mark.parametrize(("same", "field"), [("name", "name"), ("address", "__all__"), ("mac", "mac")])
def test_two_miners_cannot_share_name_address_or_identity(same: str, field: str):
    add(mac="aa:bb:cc:dd:ee:01")
    other = {
        "name": {"host": "192.168.1.21"},
        "address": {"name": "other", "host": "192.168.1.20"},
        "mac": {"name": "other", "host": "192.168.1.21", "mac": "AA:BB:CC:DD:EE:01"},
    }[same]

    with pytest.raises(ValidationError) as refused:
        add(**other)

    assert field in refused.value.message_dict


def test_a_change_that_is_refused_leaves_the_row_alone():
    miner = add()

    with pytest.raises(Invalid, match="private network"):
        update_miner(miner, actor="ada", now=NOW, name="cellar", host="1.1.1.1")

    assert Miner.objects.get().name == "gamma"


def test_another_address_means_the_device_is_asked_for_its_options_again():
    miner = add()
    MinerStatus.objects.update(options={"firmware": "v1"})

    update_miner(miner, actor="ada", now=NOW, name="cellar")
    assert MinerStatus.objects.get().options
    update_miner(miner, actor="ada", now=NOW, host="192.168.1.30")
    assert MinerStatus.objects.get().options is None


def test_another_family_is_another_device():
    miner = add(mac="aa:bb:cc:dd:ee:01")

    update_miner(miner, actor="ada", now=NOW, kind="nerdqaxe")

    assert Miner.objects.get().mac is None


def test_the_audit_tells_who_changed_what_and_never_a_secret():
    miner = add(web_password="hunter2")
    update_miner(miner, actor="discovery", now=NOW, host="192.168.1.30", web_password="hunter3")

    latest, created = LogEntry.objects.filter(content_type__model="miner").order_by("-pk")
    assert latest.changes == {"host": ["192.168.1.20", "192.168.1.30"]}
    assert latest.additional_data == {"actor": "discovery"}
    assert "web_password" not in created.changes
    assert "hunter" not in str(created.changes) + str(latest.changes)


def test_readings_leave_no_audit():
    add()
    before = LogEntry.objects.count()

    status = MinerStatus.objects.get()
    status.hashrate_ghs = 1200
    status.save()

    assert LogEntry.objects.count() == before


def test_a_deleted_miner_leaves_its_ledger_and_closes_its_alerts():
    miner = add()
    Command.objects.create(time=NOW, miner=miner, name=miner.name, action="mode", outcome=Outcome.VERIFIED)
    journal.open_alert(now=NOW, kind="miner-unreachable", message="away", subject=miner.subject, name=miner.name)

    delete_miner(miner, actor="ada", now=NOW)

    kept = Command.objects.get()
    assert (kept.miner_id, kept.name) == (None, "gamma")
    assert not Alert.objects.exists()
    assert not DesiredState.objects.exists()


def test_what_is_no_longer_watched_is_no_longer_alerted():
    miner = add()
    journal.open_alert(now=NOW, kind="miner-unreachable", message="away", subject=miner.subject, name=miner.name)

    update_miner(miner, actor="ada", now=NOW, enabled=False)

    assert not Alert.objects.exists()


def test_open_pages_are_told_once_it_is_true(django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks() as told:
        add()

    assert told
