from __future__ import annotations

from datetime import UTC, datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from miners.contract import Garbled, Refused, Unreachable
from miners.models import HomeAssistant, Miner, Switch
from miners.power.asking import check_connection, entities
from miners.power.client import TokenRejected
from miners.power.services import create_switch, delete_switch, save_home_assistant, update_switch
from miners.services import Invalid, create_miner
from miners.simulators import home_assistant
from tests.miners.power.conftest import TOKEN

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHO = {"actor": "ada", "now": NOW}
pytestmark = pytest.mark.django_db


def miner(number: int) -> Miner:
    return create_miner(**WHO, name=f"m{number}", kind="bitaxe", host=f"192.168.1.{number}", port=80)


def test_one_plug_feeds_many_miners_and_a_change_replaces_them():
    first, second, third = miner(1), miner(2), miner(3)
    switch = create_switch(**WHO, name="desk", entity_id="Switch.Desk ", miner_ids=[first.pk, second.pk])
    assert switch.entity_id == "switch.desk"
    assert set(switch.miners.all()) == {first, second}

    update_switch(switch, **WHO, miner_ids=[second.pk, third.pk])
    assert set(switch.miners.all()) == {second, third}

    delete_switch(switch, **WHO)
    assert Miner.objects.filter(switch=None).count() == 3


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("entity_id", {"entity_id": "sensor.desk"}),
        ("entity_id", {"entity_id": "switch.desk/../x"}),
        ("entity_id", {"entity_id": "switch.de\nsk"}),
        ("power_entity_id", {"power_entity_id": "switch.desk"}),
        ("name", {"name": ""}),
        ("miner_ids", {"miner_ids": [4711]}),
        ("state", {"state": "on"}),
    ],
)
def test_a_bad_plug_is_refused_with_its_field_and_nothing_is_kept(field: str, values: dict[str, object]):
    with pytest.raises(ValidationError) as refused:
        create_switch(**{**WHO, "name": "desk", "entity_id": "switch.desk", **values})

    assert field in refused.value.message_dict
    assert not Switch.objects.exists()


def test_another_entity_is_another_plug_of_which_nothing_is_known():
    switch = create_switch(**WHO, name="desk", entity_id="switch.desk")
    Switch.objects.update(state="on", power_w=100, seen_at=NOW)
    switch.refresh_from_db()

    update_switch(switch, **WHO, entity_id="switch.other")

    switch.refresh_from_db()
    assert (switch.state, switch.power_w, switch.seen_at) == ("unknown", None, None)


def test_the_token_is_in_no_audit():
    save_home_assistant(**WHO, url="http://ha.local:8123/", token="secret-token")
    save_home_assistant(**WHO, token="other-secret")

    assert HomeAssistant.objects.get().url == "http://ha.local:8123"
    assert "secret" not in str(list(LogEntry.objects.values_list("changes", "additional_data", "serialized_data")))


def test_a_saved_token_does_not_follow_to_another_address():
    save_home_assistant(**WHO, url="http://ha.local:8123", token="secret")

    with pytest.raises(Invalid, match="Enter the token again"):
        save_home_assistant(**WHO, url="http://evil.local:8123")
    with pytest.raises(Invalid, match="both its address and its token"):
        check_connection(url="http://evil.local:8123", now=NOW)

    save_home_assistant(**WHO, url="http://ha.local:8123/sub")
    save_home_assistant(**WHO, url="http://new.local:8123", token="secret")
    assert HomeAssistant.objects.get().url == "http://new.local:8123"


@pytest.mark.parametrize(
    "url", ["ftp://ha.local", "http://user:pass@ha.local", "ha.local:8123", "http://", "http://a b"]
)
def test_a_bad_address_is_refused(url: str):
    with pytest.raises(ValidationError) as refused:
        save_home_assistant(**WHO, url=url, token="secret")

    assert "url" in refused.value.message_dict


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "ümlaut"])
def test_a_token_with_what_no_header_can_carry_is_refused(token: str):
    with pytest.raises(Invalid, match="copy it again"):
        save_home_assistant(**WHO, url="http://ha.local", token=token)


def test_the_connection_test_says_what_home_assistant_says(home: HomeAssistant):
    assert check_connection(now=NOW) == "API running."
    assert check_connection(home.url, TOKEN, now=NOW) == "API running."


def test_the_connection_test_tells_a_wrong_token_a_wrong_address_and_a_stranger_apart(
    home: HomeAssistant, plugs: home_assistant.HomeAssistant
):
    with pytest.raises(TokenRejected):
        check_connection(home.url, "wrong", now=NOW)
    with pytest.raises(Unreachable):
        check_connection("http://127.0.0.1:9", TOKEN, now=NOW)
    plugs._root = lambda: ["not", "home", "assistant"]
    with pytest.raises(Garbled):
        check_connection(now=NOW)


def test_a_saved_token_that_is_rejected_is_asked_with_once(home: HomeAssistant, plugs: home_assistant.HomeAssistant):
    save_home_assistant(**WHO, token="wrong")
    with pytest.raises(TokenRejected):
        check_connection(now=NOW)
    for question in (check_connection, entities):
        with pytest.raises(Refused, match="until a new one is saved"):
            question(now=NOW)

    assert plugs.counters.connections == 1


def test_without_a_usable_connection_the_way_out_is_named(home: HomeAssistant):
    save_home_assistant(**WHO, enabled=False)
    with pytest.raises(Refused, match="switched off"):
        entities(now=NOW)
    HomeAssistant.objects.all().delete()
    with pytest.raises(Refused, match="enter its address and a token"):
        entities(now=NOW)


def test_what_can_be_linked_is_switches_and_power_sensors(home: HomeAssistant):
    found = [entity.entity_id for entity in entities(now=NOW)]

    assert found == ["sensor.blue_power", "sensor.shared_power", "switch.blue", "switch.shared"]
