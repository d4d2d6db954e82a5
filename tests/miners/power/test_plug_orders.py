"""Orders to plugs, through a Home Assistant that speaks its real protocol."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from hmm_project import redis_server
from hmm_project.journal.models import Alert
from miners import listener
from miners.commands import Order, execute, plug
from miners.models import Action, Command, HomeAssistant, Miner, MinerStatus, Outcome, Switch
from miners.polling import poll_shard
from miners.power.observing import read_switches
from miners.power.services import save_home_assistant
from miners.services import create_miner
from miners.simulators import home_assistant
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("live", "home")]


@pytest.fixture
def switch(db: None) -> Switch:
    return Switch.objects.create(name="blue", entity_id="switch.blue")


def turn(action: Action, switch: Switch, actor: str = "ada", at: float = 0) -> Command:
    return execute([Order(action, actor, "too dear", switch_id=switch.pk)], now=NOW + timedelta(seconds=at))[0]


def test_a_plug_is_switched_off_read_back_and_shown(
    switch: Switch, simulation: Simulation, plugs: home_assistant.HomeAssistant
):
    Switch.objects.update(state="on", power_w=118)

    command = turn(Action.PLUG_OFF, switch)

    assert command.outcome == Outcome.VERIFIED
    assert not simulation.device("blue").plugged
    switch.refresh_from_db()
    assert (switch.state, switch.power_w, switch.seen_at >= NOW) == ("off", None, True)
    assert (Command.objects.get().switch_id, Command.objects.get().because) == (switch.pk, "too dear")


def test_a_plug_that_already_is_so_is_not_switched(switch: Switch, plugs: home_assistant.HomeAssistant):
    command = turn(Action.PLUG_ON, switch)

    assert command.outcome == Outcome.UNCHANGED
    assert plugs.counters.writes == 0


def test_a_plug_marked_never_touch_is_not_even_asked_for(switch: Switch, plugs: home_assistant.HomeAssistant):
    Switch.objects.update(locked=True)

    command = turn(Action.PLUG_OFF, switch)

    assert (command.outcome, "never touch" in command.detail) == (Outcome.REFUSED, True)
    assert plugs.counters.connections == 0


def test_an_unavailable_plug_is_unreachable(switch: Switch, plugs: home_assistant.HomeAssistant):
    plugs.plugs["switch.blue"].unavailable = True

    command = turn(Action.PLUG_OFF, switch)

    assert (command.outcome, command.sent) == (Outcome.UNREACHABLE, False)
    assert plugs.counters.writes == 0
    switch.refresh_from_db()
    assert switch.state == "unknown"


def test_a_plug_that_says_yes_and_stays_is_unverified_and_backed_off_from(
    switch: Switch, plugs: home_assistant.HomeAssistant, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(plug, "VERIFY_S", 0.3)
    plugs.plugs["switch.blue"].stuck = True

    first = turn(Action.PLUG_OFF, switch, "strategy")
    soon = turn(Action.PLUG_OFF, switch, "strategy", at=30)
    later = turn(Action.PLUG_OFF, switch, "strategy", at=62)

    assert [each.outcome for each in (first, soon, later)] == [Outcome.UNVERIFIED, Outcome.REFUSED, Outcome.UNVERIFIED]
    assert "it is on" in first.detail
    assert plugs.counters.writes == 2


def test_a_device_failure_is_refused_with_home_assistants_words(switch: Switch, plugs: home_assistant.HomeAssistant):
    plugs.plugs["switch.blue"].failing = True

    command = turn(Action.PLUG_OFF, switch)

    assert (command.outcome, "device did not respond" in command.detail) == (Outcome.REFUSED, True)


def test_a_plug_home_assistant_does_not_know_is_named(plugs: home_assistant.HomeAssistant):
    command = turn(Action.PLUG_OFF, Switch.objects.create(name="gone", entity_id="switch.gone"))

    assert (command.outcome, command.detail) == (Outcome.REFUSED, "Home Assistant knows no switch.gone.")
    assert plugs.counters.writes == 0


def test_a_rejected_token_stops_every_request_until_a_person_saves_one(
    switch: Switch, plugs: home_assistant.HomeAssistant
):
    save_home_assistant(actor="ada", now=NOW, token="wrong")

    commands = [turn(Action.PLUG_OFF, switch, at=second) for second in range(4)]

    assert {command.outcome for command in commands} == {Outcome.REFUSED}
    assert plugs.counters.connections == 1
    assert Alert.objects.get().key == "home-assistant-rejected:"

    save_home_assistant(actor="ada", now=NOW, token="simulated-token")
    assert turn(Action.PLUG_OFF, switch, at=9).outcome == Outcome.VERIFIED


def test_an_absent_home_assistant_is_unreachable(
    switch: Switch, simulation: Simulation, plugs: home_assistant.HomeAssistant
):
    simulation.do(plugs.break_with, Fault(kind=FaultKind.REFUSE))

    assert turn(Action.PLUG_OFF, switch).outcome == Outcome.UNREACHABLE


def test_without_home_assistant_the_way_out_is_named(switch: Switch):
    HomeAssistant.objects.all().delete()

    command = turn(Action.PLUG_OFF, switch)

    assert (command.outcome, "enter its address and a token" in command.detail) == (Outcome.REFUSED, True)


def test_what_a_plug_has_just_powered_is_left_to_boot(switch: Switch, simulation: Simulation):
    blue = simulation.device("blue")
    owned = create_miner(
        actor="ada", now=NOW, name="blue", kind="bitaxe", host=blue.host, port=blue.port, switch=switch
    )
    turn(Action.PLUG_OFF, switch)
    on = turn(Action.PLUG_ON, switch, at=60)

    [soon] = execute([Order(Action.MODE, "strategy", "", owned.pk, mode="eco")], now=NOW + timedelta(seconds=70))

    assert (on.outcome, on.restarts) == (Outcome.VERIFIED, True)
    assert (soon.outcome, soon.pk, "restarting" in soon.detail) == (Outcome.REFUSED, None, True)


def test_a_miner_behind_a_plug_that_is_off_is_no_failure_of_the_strategy(switch: Switch, simulation: Simulation):
    blue = simulation.device("blue")
    owned = create_miner(
        actor="ada", now=NOW, name="blue", kind="bitaxe", host=blue.host, port=blue.port, switch=switch
    )
    turn(Action.PLUG_OFF, switch)

    [automatic] = execute([Order(Action.MODE, "strategy", "", owned.pk, mode="eco")], now=NOW)
    [by_hand] = execute([Order(Action.MODE, "ada", "", owned.pk, mode="eco")], now=NOW)

    assert (automatic.outcome, automatic.pk) == (Outcome.REFUSED, None)
    assert (by_hand.outcome, "plug blue is off" in by_hand.detail) == (Outcome.UNREACHABLE, True)


def fed(simulation: Simulation, name: str, switch: Switch) -> Miner:
    device = simulation.device(name)
    miner = create_miner(
        actor="ada", now=NOW, name=name, kind="bitaxe", host=device.host, port=device.port, switch=switch
    )
    MinerStatus.objects.filter(miner=miner).update(state="mining", polled_at=NOW, seen_at=NOW)
    return miner


def test_what_a_plug_feeds_is_shown_off_at_once(switch: Switch, simulation: Simulation):
    Switch.objects.update(state="on")
    blue = fed(simulation, "blue", switch)
    other = fed(simulation, "red", Switch.objects.create(name="other", entity_id="switch.shared"))

    turn(Action.PLUG_OFF, switch)

    blue.status.refresh_from_db()
    other.status.refresh_from_db()
    assert (blue.status.state, blue.status.since >= NOW, other.status.state) == ("off", True, "mining")
    assert poll_shard([blue.pk], now=NOW + timedelta(seconds=30))[0].reading is None
    blue.status.refresh_from_db()
    assert blue.status.state == "off"


def test_a_plug_that_somebody_else_switches_off_darkens_its_miners_as_soon_as_it_is_seen(
    switch: Switch, simulation: Simulation, plugs: home_assistant.HomeAssistant
):
    miner = fed(simulation, "blue", switch)
    read_switches(NOW)
    simulation.do(plugs.turn, plugs.plugs["switch.blue"], on=False)

    read_switches(NOW + timedelta(seconds=30))

    miner.status.refresh_from_db()
    assert miner.status.state == "off"


def test_who_answers_all_the_same_is_shown_as_that_and_does_not_flicker(switch: Switch, simulation: Simulation):
    """A plug that feeds something else than was entered."""
    miner = fed(simulation, "red", switch)
    turn(Action.PLUG_OFF, switch)
    poll_shard([miner.pk], now=NOW + timedelta(seconds=30))
    read_switches(NOW + timedelta(seconds=31))

    miner.status.refresh_from_db()
    assert miner.status.state == "mining"


def test_what_an_nmminer_said_before_its_power_went_is_no_news(
    switch: Switch, django_capture_on_commit_callbacks: Callable[..., Any]
):
    miner = create_miner(
        actor="ada", now=NOW, name="lottery", kind="nmminer", host="127.0.0.9", port=12_345, switch=switch
    )
    said = {"ip": "127.0.0.9", "HashRate": "1.0154MH/s", "Share": "0/5/100%", "Version": "v1.8.10"}
    redis_server.connection().set(listener.STATUS + "127.0.0.9", listener.pack(orjson.dumps(said), NOW.timestamp()))
    poll_shard([miner.pk], now=NOW)
    assert MinerStatus.objects.get(miner=miner).state == "mining"

    with django_capture_on_commit_callbacks(execute=True):
        turn(Action.PLUG_OFF, switch, at=5)
    assert MinerStatus.objects.get(miner=miner).state == "off"
    poll_shard([miner.pk], now=NOW + timedelta(seconds=10))
    assert MinerStatus.objects.get(miner=miner).state == "off"
