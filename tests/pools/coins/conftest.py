"""The simulated world of coins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import Settings

from hmm_project.config import Endpoints
from miners.simulators.simulation import Simulation, running
from miners.simulators.spec import Fleet, ServiceSpec
from pools.simulators.coins import Coins, endpoints


class World:
    """The services, changed from the test's thread."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self.services: Coins = simulation.service("coins")

    @property
    def asked(self) -> dict[str, int]:
        return dict(self.services.asked)

    def change(self, coin: str, **values: object) -> None:
        self._simulation.do(self.services.change, coin, values)

    def send_away(self, *services: str) -> None:
        self._simulation.do(self.services.send_away, list(services))

    def forget(self) -> None:
        self._simulation.do(self.services.asked.clear)


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    spec = ServiceSpec(kind="coins", name="coins", host="127.0.0.1", port=0)
    with running(Fleet(services=(spec,)), {"coins": Coins}) as simulation:
        world = World(simulation)
        chosen = Endpoints(octopus="http://127.0.0.1:9", **endpoints(f"http://{world.services.address}"))
        settings.CONFIG = replace(settings.CONFIG, endpoints=chosen)
        yield world
