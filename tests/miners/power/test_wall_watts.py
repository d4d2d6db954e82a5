"""Watts at the wall: from the plug's sensor to the miner that is alone behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hmm_project.config import Config, Intervals
from hmm_project.schedule import jobs
from miners.models import HomeAssistant, Miner, Switch
from miners.polling.candidates import gather
from miners.power.client import Entity, parse_entity
from miners.power.observing import clock, observe
from miners.power.services import create_switch, read_switches
from miners.services import create_miner
from miners.simulators import home_assistant

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHO = {"actor": "ada", "now": NOW}
SENSOR = "sensor.blue_power"


def miners(count: int) -> list[Miner]:
    return [create_miner(**WHO, name=f"m{n}", kind="bitaxe", host=f"10.0.0.{n}") for n in range(1, count + 1)]


def watts(now: datetime = NOW) -> list[float | None]:
    found = gather(Miner.objects.values_list("pk", flat=True), now=now)
    return [candidate.wall_power_w for candidate in found]


def plug_feeding(fed: list[Miner]) -> Switch:
    ids = [miner.pk for miner in fed]
    return create_switch(**WHO, name="p", entity_id="switch.blue", power_entity_id=SENSOR, miner_ids=ids)


@pytest.mark.django_db
def test_the_watts_of_a_plug_are_its_miners_where_it_feeds_that_one_alone(home: HomeAssistant):
    switch = plug_feeding(miners(1))

    read_switches(NOW)

    switch.refresh_from_db()
    assert switch.power_w > 5
    assert watts() == [switch.power_w]


@pytest.mark.django_db
def test_the_watts_of_a_shared_plug_are_shown_at_the_plug_and_are_no_miners(home: HomeAssistant):
    switch = plug_feeding(miners(2))

    read_switches(NOW)

    switch.refresh_from_db()
    assert switch.power_w > 5
    assert watts() == [None, None]


@pytest.mark.django_db
def test_a_disabled_miner_behind_a_plug_draws_watts_too(home: HomeAssistant):
    first, second = miners(2)
    plug_feeding([first, second])
    Miner.objects.filter(pk=second.pk).update(enabled=False)

    read_switches(NOW)

    assert watts() == [None]


@pytest.mark.django_db
@pytest.mark.parametrize("broken", ["unavailable", "frozen"])
def test_a_sensor_that_is_unavailable_or_stands_still_tells_no_watts(
    broken: str, home: HomeAssistant, plugs: home_assistant.HomeAssistant
):
    switch = plug_feeding(miners(1))
    setattr(plugs.plugs["switch.blue"], broken, True)

    read_switches(NOW)

    switch.refresh_from_db()
    assert (switch.power_w, watts()) == (None, [None])


@pytest.mark.django_db
def test_what_a_plug_measured_is_forgotten_when_nobody_has_read_it_lately(home: HomeAssistant):
    plug_feeding(miners(1))
    read_switches(NOW)

    assert watts(NOW + timedelta(seconds=91)) == [None]


def test_home_assistants_own_clock_says_how_old_a_value_is():
    """Its clock may stand hours beside ours."""
    heard = NOW - timedelta(hours=5)
    sensor = Entity(entity_id=SENSOR, state="80", unit="W", reported_at=heard)
    house = {
        "switch.blue": Entity(entity_id="switch.blue", state="on", reported_at=heard + timedelta(minutes=14)),
        SENSOR: sensor,
    }
    switch = Switch(entity_id="switch.blue", power_entity_id=SENSOR)
    assert observe(switch, house, clock(house)).power_w == 80

    house["sun.sun"] = Entity(entity_id="sun.sun", state="up", reported_at=heard + timedelta(minutes=16))
    assert observe(switch, house, clock(house)).power_w is None
    assert observe(switch, {**house, SENSOR: replace(sensor, reported_at=None)}, clock(house)).power_w == 80


@pytest.mark.parametrize("time", ["2026-11-22T06:31:07.000001+00:00", "2026-11-22T06:31:07", "yesterday", 5, None])
def test_a_time_is_read_or_it_is_none(time: object):
    entity = parse_entity({"entity_id": SENSOR, "state": "1", "last_reported": time})

    assert entity is not None
    assert (entity.reported_at is None) is (time != "2026-11-22T06:31:07.000001+00:00")


@pytest.mark.parametrize(("poll", "keepalive", "every"), [(30, 300, 30), (3600, 300, 300), (3600, 60, 60)])
def test_plugs_are_looked_at_with_every_poll_and_at_least_as_often_as_the_keepalive_says(
    poll: int, keepalive: int, every: int
):
    table = {job.name: job for job in jobs(Config(intervals=Intervals(poll=poll, keepalive=keepalive)))}

    assert (table["read plugs"].task, table["read plugs"].interval_s) == ("miners.tasks.read_switches", every)
