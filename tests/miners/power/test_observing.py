from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hmm_project.journal.models import Alert, Event
from miners.models import HomeAssistant, Switch
from miners.power.client import Entity
from miners.power.observing import Observed, observe, store
from miners.power.services import read_switches, save_home_assistant
from miners.simulators import home_assistant
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SENSOR = "sensor.blue_power"


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def entity(entity_id: str, state: str, unit: str = "") -> Entity:
    return Entity(entity_id=entity_id, state=state, unit=unit)


@pytest.mark.parametrize(
    ("state", "known"),
    [
        ("on", "on"),
        ("off", "off"),
        ("unavailable", "unknown"),
        ("unknown", "unknown"),
        ("ON", "unknown"),
        ("", "unknown"),
    ],
)
def test_only_on_and_off_are_known(state: str, known: str):
    observed = observe(Switch(entity_id="switch.blue"), {"switch.blue": entity("switch.blue", state)})

    assert observed.state == known
    assert bool(observed.failure) is (known == "unknown")


@pytest.mark.parametrize(
    ("state", "unit", "watts"),
    [
        ("118.4", "W", 118.4),
        ("0.1184", "kW", 118.4),
        ("0", "W", 0.0),
        ("unavailable", "W", None),
        ("nan", "W", None),
        ("inf", "W", None),
        ("118.4", "kWh", None),
        ("118.4", "", None),
    ],
)
def test_a_sensor_gives_watts_or_nothing(state: str, unit: str, watts: float | None):
    switch = Switch(entity_id="switch.blue", power_entity_id=SENSOR)
    house = {"switch.blue": entity("switch.blue", "on"), SENSOR: entity(SENSOR, state, unit)}

    assert observe(switch, house).power_w == (None if watts is None else pytest.approx(watts))


def test_an_entity_home_assistant_does_not_know_is_unknown_and_named():
    observed = observe(Switch(entity_id="switch.gone"), {})

    assert (observed.state, "switch.gone" in observed.failure) == ("unknown", True)


@pytest.mark.django_db
def test_all_plugs_are_read_with_one_request(
    home: HomeAssistant, plugs: home_assistant.HomeAssistant, simulation: Simulation
):
    Switch.objects.create(name="blue", entity_id="switch.blue", power_entity_id=SENSOR)
    Switch.objects.create(name="shared", entity_id="switch.shared")
    simulation.do(plugs.turn, plugs.plugs["switch.shared"], on=False)

    read_switches(NOW)

    blue, shared = Switch.objects.all()
    assert (blue.state, shared.state) == ("on", "off")
    assert blue.power_w > 5
    assert shared.power_w is None
    assert (blue.seen_at, plugs.counters.reads) == (NOW, 1)


@pytest.mark.django_db
def test_without_a_plug_nothing_is_asked(home: HomeAssistant, plugs: home_assistant.HomeAssistant):
    read_switches(NOW)

    assert plugs.counters.connections == 0


@pytest.mark.django_db
def test_an_unavailable_plug_is_not_off(
    home: HomeAssistant, plugs: home_assistant.HomeAssistant, simulation: Simulation
):
    switch = Switch.objects.create(name="blue", entity_id="switch.blue", state="on", power_entity_id=SENSOR)
    plugs.plugs["switch.blue"].unavailable = True

    read_switches(NOW)

    switch.refresh_from_db()
    assert (switch.state, switch.power_w, switch.failure) == ("unknown", None, "switch.blue is unavailable.")


@pytest.mark.django_db
def test_while_home_assistant_is_away_plugs_stay_and_then_are_unknown_with_one_alert_and_one_recovery(
    home: HomeAssistant, plugs: home_assistant.HomeAssistant, simulation: Simulation
):
    switch = Switch.objects.create(name="blue", entity_id="switch.blue")
    read_switches(NOW)
    simulation.do(plugs.break_with, Fault(kind=FaultKind.REFUSE))

    seen = []
    for second in (30, 90, 130, 160):
        read_switches(after(second))
        switch.refresh_from_db()
        seen.append((switch.state, Alert.objects.count()))
    assert seen == [("on", 0), ("on", 1), ("unknown", 1), ("unknown", 1)]

    simulation.do(plugs.break_with, None)
    read_switches(after(190))
    switch.refresh_from_db()
    assert (switch.state, Alert.objects.count()) == ("on", 0)
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["home-assistant-unreachable", "home-assistant-unreachable-over"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.RESET,
        FaultKind.TRUNCATED,
        FaultKind.GARBAGE,
        FaultKind.HTML,
        FaultKind.EMPTY,
        FaultKind.REDIRECT,
        FaultKind.HTTP,
    ],
)
def test_whatever_home_assistant_answers_nothing_is_made_up(
    kind: FaultKind, home: HomeAssistant, plugs: home_assistant.HomeAssistant, simulation: Simulation
):
    switch = Switch.objects.create(name="blue", entity_id="switch.blue", state="on", seen_at=NOW)
    simulation.do(plugs.break_with, Fault(kind=kind))

    read_switches(after(300))

    switch.refresh_from_db()
    assert (switch.state, switch.power_w) == ("unknown", None)
    assert switch.failure
    assert Alert.objects.get().key == "home-assistant-unreachable:"


@pytest.mark.django_db
def test_a_rejected_token_is_never_sent_again_until_a_person_saves_one(
    home: HomeAssistant, plugs: home_assistant.HomeAssistant
):
    Switch.objects.create(name="blue", entity_id="switch.blue")
    save_home_assistant(actor="ada", now=NOW, token="wrong")

    for second in range(5):
        read_switches(after(second))
    home.refresh_from_db()
    assert (home.rejected, plugs.counters.connections) == (True, 1)
    assert Alert.objects.get().key == "home-assistant-rejected:"

    save_home_assistant(actor="ada", now=NOW, token="simulated-token")
    read_switches(after(10))
    assert not Alert.objects.exists()
    assert Switch.objects.get().state == "on"


@pytest.mark.django_db
def test_a_token_saved_while_the_old_one_was_being_rejected_stays_good(home: HomeAssistant):
    from miners.power import connecting

    save_home_assistant(actor="ada", now=NOW, token="newer")
    connecting.reject(home, now=NOW)

    home.refresh_from_db()
    assert not home.rejected


@pytest.mark.django_db
def test_what_a_command_read_later_is_not_overwritten():
    switch = Switch.objects.create(name="blue", entity_id="switch.blue", state="off", seen_at=after(5))

    store({switch: Observed(state="on")}, NOW)

    switch.refresh_from_db()
    assert switch.state == "off"
