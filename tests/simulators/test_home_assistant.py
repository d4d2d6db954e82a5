"""Home Assistant's REST API, and the plugs that feed miners."""

from __future__ import annotations

from typing import Any

import pytest

from miners.simulators.home_assistant import HomeAssistant
from miners.simulators.simulation import Simulation
from tests.simulators.clients import FAST, Answer, fleet, http, refused, until

SWITCH = "switch.shelf"
SENSOR = "sensor.shelf_power"


def house() -> Simulation:
    """Two miners behind one plug."""
    pair = [{"kind": "bitaxe", "name": name, "switch": SWITCH} for name in ("a", "b")]
    return Simulation(fleet(*pair, speed=FAST, services={"home_assistant": {"port": 0, "token": "right"}}))


def assistant(simulation: Simulation) -> HomeAssistant:
    service = simulation.service("home_assistant")
    assert isinstance(service, HomeAssistant)
    return service


async def call(
    simulation: Simulation, path: str, method: str = "GET", body: Any = None, token: str = "right"
) -> Answer:
    return await http(assistant(simulation), path, method, body, {"Authorization": f"Bearer {token}"})


async def turn(simulation: Simulation, service: str, entity: str = SWITCH) -> Answer:
    return await call(simulation, f"/api/services/switch/{service}", "POST", {"entity_id": entity})


async def test_the_root_needs_its_slash_and_everything_needs_the_token() -> None:
    async with house() as simulation:
        assert (await call(simulation, "/api/")).json() == {"message": "API running."}
        assert (await call(simulation, "/api")).status == 404
        answer = await call(simulation, "/api/", token="wrong")
        assert (answer.status, answer.text) == (401, "401: Unauthorized")
        assert (await call(simulation, "/api/config")).json()["time_zone"] == "Europe/London"


async def test_off_makes_every_miner_behind_the_plug_dark_and_on_boots_them() -> None:
    async with house() as simulation:
        changed = (await turn(simulation, "turn_off")).json()
        assert [(entity["entity_id"], entity["state"]) for entity in changed] == [(SWITCH, "off")]
        for device in simulation.devices:
            assert await refused(device)
            assert device.describe()["power"] == "off"
        assert (await call(simulation, f"/api/states/{SENSOR}")).json()["state"] == "0.0"
        await turn(simulation, "turn_on")
        await until(lambda: all(device.describe()["hashrate_ghs"] > 900 for device in simulation.devices))
        assert all(device.describe()["uptime_s"] < 1000 for device in simulation.devices)


async def test_the_power_sensor_shows_the_miners_and_the_losses_of_their_supplies() -> None:
    async with house() as simulation:
        watts = float((await call(simulation, f"/api/states/{SENSOR}")).json()["state"])
        drawn = sum(device.wall_w for device in simulation.devices)
    assert drawn * 1.03 < watts < drawn * 1.1


async def test_nothing_changed_and_no_such_entity_both_answer_an_empty_list() -> None:
    async with house() as simulation:
        assert (await turn(simulation, "turn_on")).json() == []
        answer = await turn(simulation, "turn_off", "switch.nowhere")
        assert (answer.status, answer.json()) == (200, [])
        answer = await call(simulation, "/api/states/switch.nowhere")
        assert (answer.status, answer.json()) == (404, {"message": "Entity not found."})


async def test_an_unknown_service_is_a_400() -> None:
    async with house() as simulation:
        assert (await turn(simulation, "explode")).status == 400
        assert (await call(simulation, "/api/services/switch/turn_on", "POST", b"{")).status == 400


@pytest.mark.parametrize(
    ("trouble", "status", "state"), [("stuck", 200, "on"), ("unavailable", 200, "unavailable"), ("failing", 500, "on")]
)
async def test_a_plug_in_trouble_does_not_switch(trouble: str, status: int, state: str) -> None:
    async with house() as simulation:
        assistant(simulation).actions()[trouble]({"entity": SWITCH, "on": True})
        assert (await turn(simulation, "turn_off")).status == status
        assert (await call(simulation, f"/api/states/{SWITCH}")).json()["state"] == state
        assert all(device.plugged for device in simulation.devices)
        assistant(simulation).actions()[trouble]({"entity": SWITCH, "on": False})
        assert len((await turn(simulation, "turn_off")).json()) == 1


async def test_a_person_may_press_the_button() -> None:
    async with house() as simulation:
        assistant(simulation).actions()["toggle"]({"entity": SWITCH})
        assert (await call(simulation, f"/api/states/{SWITCH}")).json()["state"] == "off"
        assert not any(device.plugged for device in simulation.devices)


async def test_all_states_list_switches_and_sensors_and_commands_are_counted() -> None:
    async with house() as simulation:
        states = (await call(simulation, "/api/states")).json()
        assert {entity["entity_id"] for entity in states} == {SWITCH, SENSOR}
        await turn(simulation, "turn_off")
        assert (assistant(simulation).counters.reads, assistant(simulation).counters.writes) == (1, 1)
