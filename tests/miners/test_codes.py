"""A person's one-time code, from the form and the API down to a simulated NerdQAxe whose settings are locked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from hmm_project.journal.models import Event
from miners import codes
from miners.code_sessions import EARLY, lasting
from miners.commands import Order, execute
from miners.contract import NeedsCode, Refused, Unreachable
from miners.models import Action, Command, Miner, Outcome
from miners.services import Invalid, create_miner
from miners.simulators.simulation import Simulation
from tests.miners.conftest import House

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CODE = "123456"
DAY = timedelta(days=1)
LOCKED = {"kind": "nerdqaxe", "name": "nerd", "firmware": "v1.0.36", "otp": CODE}

pytestmark = pytest.mark.django_db(transaction=True)


def owned(simulation: Simulation, name: str = "nerd") -> Miner:
    device = simulation.device(name)
    return create_miner(
        actor="test", now=NOW, name=name, kind=device.spec.kind, host=device.host, port=device.port, mac=device.spec.mac
    )


def set_mode(miner: Miner, mode: str = "eco", *, now: datetime = NOW) -> Command:
    (command,) = execute([Order(Action.MODE, "ada", "test", miner_id=miner.pk, mode=mode)], now=now)
    return command


def fresh(miner: Miner) -> Miner:
    return Miner.objects.select_related("status").get(pk=miner.pk)


def stored(miner: Miner) -> str:
    """What the database itself holds of the session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code_session FROM miners_miner WHERE id = %s", [miner.pk])
        return str(cursor.fetchone()[0])


@pytest.fixture
def simulation(house: House) -> Simulation:
    return house(LOCKED)


@pytest.fixture
def miner(simulation: Simulation) -> Miner:
    return owned(simulation)


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("firmware", ["v1.0.34", "v1.0.36", "v1.0.38", "v1.1.0"])
def test_a_code_opens_the_settings_for_a_day(house: House, firmware: str) -> None:
    simulation = house(LOCKED | {"firmware": firmware})
    miner = owned(simulation)
    refused = set_mode(miner)
    assert (refused.outcome, refused.sent) == (Outcome.REFUSED, False)
    assert codes.enter(miner, "123 456", actor="ada", now=NOW) == NOW + DAY
    assert set_mode(miner).outcome == Outcome.VERIFIED
    assert simulation.device("nerd").truth()["frequency_mhz"] == 500


@pytest.mark.usefixtures("live")
def test_what_it_offers_shows_at_once(miner: Miner) -> None:
    codes.enter(miner, CODE, actor="ada", now=NOW)
    status = fresh(miner).status
    assert not status.needs_code
    assert {"mode", "tune", "pool", "restart", "code"} <= set(status.capabilities)


@pytest.mark.usefixtures("live")
def test_the_session_is_encrypted_and_the_code_is_kept_nowhere(miner: Miner) -> None:
    codes.enter(miner, CODE, actor="ada", now=NOW)
    token = fresh(miner).code_session
    assert len(token) >= 16
    assert token not in stored(miner)
    [event] = Event.objects.filter(kind="miner-code")
    assert event.message == "nerd: ada entered its one-time code: its settings are open for 24 h"
    assert event.data == {"actor": "ada"}
    for said in (event.message, str(event.data)):
        assert CODE not in said
        assert token not in said


@pytest.mark.usefixtures("live")
def test_a_wrong_code_is_sent_once_and_told(miner: Miner, simulation: Simulation) -> None:
    with pytest.raises(NeedsCode, match="five wrong ones within a minute"):
        codes.enter(miner, "000000", actor="ada", now=NOW)
    assert simulation.device("nerd").counters.writes == 1
    assert fresh(miner).code_session == ""
    [event] = Event.objects.filter(kind="miner-code")
    assert event.message.startswith("nerd: ada entered a one-time code, which opened nothing.")
    assert "000000" not in event.message


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５６", "12\n3456"])
def test_what_is_no_code_is_never_sent(miner: Miner, simulation: Simulation, code: str) -> None:
    with pytest.raises(Invalid, match="six digits"):
        codes.enter(miner, code, actor="ada", now=NOW)
    assert simulation.device("nerd").counters.connections == 0


def test_shadow_sends_nothing(miner: Miner, simulation: Simulation, gated: Callable[[str], None]) -> None:
    gated("SHADOW")
    with pytest.raises(Refused, match="SHADOW"):
        codes.enter(miner, CODE, actor="ada", now=NOW)
    assert simulation.device("nerd").counters.connections == 0


def test_while_paused_a_person_may(miner: Miner, gated: Callable[[str], None]) -> None:
    gated("PAUSED")
    assert codes.enter(miner, CODE, actor="ada", now=NOW)


@pytest.mark.usefixtures("live")
def test_a_code_is_sent_to_no_device_that_asks_for_none(house: House) -> None:
    simulation = house(LOCKED | {"otp": ""}, {"kind": "bitaxe", "name": "gamma"})
    with pytest.raises(Refused, match="OTP is off"):
        codes.enter(owned(simulation), CODE, actor="ada", now=NOW)
    with pytest.raises(Refused, match="no one-time code"):
        codes.enter(owned(simulation, "gamma"), CODE, actor="ada", now=NOW)
    assert [device.counters.writes for device in simulation.devices] == [0, 0]


@pytest.mark.usefixtures("live")
def test_a_code_is_sent_to_no_other_board(miner: Miner, simulation: Simulation) -> None:
    Miner.objects.filter(pk=miner.pk).update(mac="02:00:00:00:00:99")
    with pytest.raises(Refused, match="not 02:00:00:00:00:99"):
        codes.enter(fresh(miner), CODE, actor="ada", now=NOW)
    assert simulation.device("nerd").counters.writes == 0


@pytest.mark.usefixtures("live")
def test_a_silent_device_keeps_what_was(miner: Miner, simulation: Simulation) -> None:
    simulation.do(simulation.device("nerd").power, on=False)
    with pytest.raises(Unreachable):
        codes.enter(miner, CODE, actor="ada", now=NOW)
    assert fresh(miner).code_session_until is None


def test_a_session_is_given_up_before_its_end() -> None:
    assert lasting("token", NOW + DAY, NOW) == "token"
    assert lasting("token", NOW + EARLY, NOW) == ""
    assert lasting("token", NOW - DAY, NOW) == ""
    assert lasting("token", None, NOW) == ""


@pytest.mark.usefixtures("live")
def test_after_its_end_nothing_is_sent_and_a_code_is_wanted_again(miner: Miner, simulation: Simulation) -> None:
    codes.enter(miner, CODE, actor="ada", now=NOW)
    writes = simulation.device("nerd").counters.writes
    late = set_mode(miner, now=NOW + DAY)
    assert (late.outcome, late.sent) == (Outcome.REFUSED, False)
    assert simulation.device("nerd").counters.writes == writes


@pytest.mark.usefixtures("live")
def test_a_session_that_the_device_dropped_is_tried_once_and_forgotten(miner: Miner, simulation: Simulation) -> None:
    codes.enter(miner, CODE, actor="ada", now=NOW)
    device = simulation.device("nerd")
    simulation.do(device.actions()["end-sessions"], {})
    writes = device.counters.writes
    refused = set_mode(miner)
    assert refused.outcome == Outcome.REFUSED
    assert "enter a new code" in refused.detail
    assert device.counters.writes == writes + 1
    assert fresh(miner).code_session == ""


@pytest.mark.usefixtures("live")
def test_forgetting_closes_its_settings(miner: Miner) -> None:
    codes.enter(miner, CODE, actor="ada", now=NOW)
    codes.forget(miner)
    kept = fresh(miner)
    assert (kept.code_session, kept.code_session_until) == ("", None)
