from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from hmm_project.journal.models import Alert
from miners.contract import Refused, Unreachable
from miners.models import MqttBroker
from miners.mqtt import connecting
from miners.mqtt.address import Rejected
from miners.mqtt.services import check_connection, delete_broker, save_broker
from miners.mqtt.standing import standing
from miners.power.api import router
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation
from tests.miners.mqtt.conftest import PASSWORD, Ear
from tests.miners.power.test_tls import self_signed
from tests.routers import Client, client

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHO: dict[str, Any] = {"actor": "ada", "now": NOW}
pytestmark = pytest.mark.django_db


@pytest.fixture
def saved(ear: Ear) -> MqttBroker:
    return save_broker(**WHO, host=ear.broker.host, port=ear.broker.port, user="home", password=PASSWORD)


@pytest.fixture
def api() -> Client:
    return client(power=router)


@contextmanager
def tls_in_front_of(simulation: Simulation, ear: Ear, context: ssl.SSLContext) -> Iterator[int]:
    """The broker behind TLS at another port."""
    loop = simulation._loop
    assert loop is not None
    opening = loop.create_server(ear.broker.protocol, "127.0.0.1", 0, ssl=context)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        simulation.do(server.close)


def test_the_password_is_in_no_audit_and_in_no_repr(saved: MqttBroker):
    save_broker(**WHO, password="other-secret")

    kept = str(list(LogEntry.objects.values_list("changes", "additional_data", "serialized_data")))
    assert not [secret for secret in (PASSWORD, "other-secret") if secret in kept]
    assert "other-secret" not in repr(connecting.address(connecting.usable()))
    assert MqttBroker.objects.get().password == "other-secret"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", ""),
        ("host", "two words"),
        ("host", "mqtt://broker"),
        ("port", 0),
        ("port", 70_000),
        ("prefix", "hmm/+"),
        ("prefix", "hmm/"),
        ("discovery_prefix", "#"),
        ("colour", "red"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_field(field: str, value: object):
    with pytest.raises(ValidationError) as refused:
        save_broker(**WHO, **{"host": "broker.local", field: value})

    assert field in refused.value.message_dict
    assert not MqttBroker.objects.exists()


@pytest.mark.parametrize("moved", [{"host": "evil.local"}, {"port": 1884}])
def test_a_saved_password_does_not_follow_to_another_address(moved: dict[str, Any], saved: MqttBroker):
    with pytest.raises(ValidationError, match="Enter the password again"):
        save_broker(**WHO, **moved)

    save_broker(**WHO, **moved, password="fresh")
    assert MqttBroker.objects.get().password == "fresh"


def test_the_test_says_what_the_broker_says(saved: MqttBroker, ear: Ear, simulation: Simulation):
    assert check_connection({}, now=NOW) == f"The MQTT broker at {saved} answers."
    with pytest.raises(Rejected):
        check_connection({"host": saved.host, "port": saved.port, "user": "home", "password": "no"}, now=NOW)
    assert not MqttBroker.objects.get().rejected  # that was another one's password
    with pytest.raises(Unreachable):
        check_connection({"host": "127.0.0.1", "port": 9}, now=NOW)
    with pytest.raises(Refused, match="cannot be looked up"):
        check_connection({"host": "a..b", "port": 9}, now=NOW)


def test_a_saved_password_that_is_rejected_is_tried_once(saved: MqttBroker, ear: Ear):
    save_broker(**WHO, password="wrong")
    with pytest.raises(Rejected):
        check_connection({}, now=NOW)
    with pytest.raises(Refused, match="not asked again until they are saved anew"):
        check_connection({}, now=NOW)

    assert ear.broker.counters.connections == 1
    assert Alert.objects.get().key == "mqtt-rejected:"
    save_broker(**WHO, password=PASSWORD)
    assert not Alert.objects.exists()


def test_a_password_saved_while_the_old_one_was_being_rejected_stays_good(saved: MqttBroker):
    save_broker(**WHO, password="newer")

    connecting.reject(saved, "no", now=NOW)

    assert not MqttBroker.objects.get().rejected


def test_a_self_signed_broker_is_refused_until_a_person_lets_it_go_unchecked(
    tmp_path: Path, simulation: Simulation, ear: Ear
):
    file = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with tls_in_front_of(simulation, ear, context) as port:
        given = {"host": "127.0.0.1", "port": port, "user": "home", "password": PASSWORD, "tls": True}

        with pytest.raises(Refused, match="is not trusted"):
            check_connection(given, now=NOW)
        assert "answers" in check_connection({**given, "verify_tls": False}, now=NOW)


def test_a_removed_broker_leaves_no_alert(saved: MqttBroker):
    connecting.reject(saved, "no", now=NOW)
    delete_broker(saved, **WHO)

    assert not Alert.objects.exists()
    assert not MqttBroker.objects.exists()


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "waiting"),
        ({"enabled": False, "connected": True}, "off"),
        ({"rejected": True}, "rejected"),
        ({"connected": True, "seen_at": NOW}, "connected"),
        ({"connected": True, "seen_at": NOW - timedelta(minutes=3)}, "waiting"),
        ({"failure": "It does not answer."}, "away"),
    ],
)
def test_how_it_stands_in_a_word(values: dict[str, Any], word: str):
    assert standing(MqttBroker(host="b", **values), NOW).word == word
    assert standing(None, NOW).word == "unset"


def test_the_api_takes_a_password_and_never_gives_it_back(api: Client, ear: Ear):
    assert api.get("/power/mqtt").json()["state"] == "unset"
    body = {"host": ear.broker.host, "port": ear.broker.port, "user": "home", "password": PASSWORD}

    answer = api.patch("/power/mqtt", json=body)

    assert (answer.status_code, answer.json()["has_password"], answer.json()["state"]) == (200, True, "waiting")
    assert PASSWORD not in answer.content.decode() + api.get("/power/mqtt").content.decode()
    assert api.patch("/power/mqtt", json={"takes_orders": True}).json()["takes_orders"] is True
    assert MqttBroker.objects.get().password == PASSWORD
    assert api.patch("/power/mqtt", json={"prefix": "#"}).status_code == 422
    assert api.patch("/power/mqtt", json={"port": "many"}).status_code == 422


def test_the_api_tries_a_connection(api: Client, saved: MqttBroker, ear: Ear, simulation: Simulation):
    assert "answers" in api.post("/power/mqtt/test").json()["message"]
    wrong = {"host": saved.host, "port": saved.port, "user": "home", "password": "no"}
    assert api.post("/power/mqtt/test", json=wrong).status_code == 409
    simulation.do(ear.broker.break_with, Fault(kind=FaultKind.REFUSE))
    assert api.post("/power/mqtt/test").status_code == 503
