"""A simulated Home Assistant with two plugs; one feeds two miners."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from miners.models import HomeAssistant
from miners.simulators import home_assistant
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running

TOKEN = "simulated-token"


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    here = {"kind": "bitaxe", "host": "127.0.0.1", "port": 0}
    miners = [
        {**here, "name": "blue", "switch": "switch.blue"},
        {**here, "name": "red", "switch": "switch.shared"},
        {**here, "name": "green", "switch": "switch.shared"},
    ]
    with running(parse({"speed": 20, "miners": miners, "services": {"home_assistant": {"port": 0}}})) as simulation:
        yield simulation


@pytest.fixture
def plugs(simulation: Simulation) -> home_assistant.HomeAssistant:
    """The simulated Home Assistant itself."""
    found = simulation.service("home_assistant")
    assert isinstance(found, home_assistant.HomeAssistant)
    return found


@pytest.fixture
def home(plugs: home_assistant.HomeAssistant, db: None) -> HomeAssistant:
    """The connection to it, as it is configured."""
    return HomeAssistant.objects.create(pk=1, url=f"http://{plugs.host}:{plugs.port}", token=TOKEN)
