"""A street of simulated price services whose clock a test sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from energy.contract import Answer, Order
from energy.simulators.builders import PRICE_SERVICES
from energy.sources.table import SOURCES, check
from miners.simulators.faults import parse as fault
from miners.simulators.fleet import parse as fleet
from miners.simulators.simulation import Builder, Simulation, running
from tests.energy.rows import at

TOKEN = "a-token"
FORMULA = {"multiplier": "1", "added": "0", "vat_percent": "0"}
# what every source that is asked over HTTP is asked for
ASKED: dict[str, dict[str, Any]] = {
    "octopus": {"region": "C"},
    "tibber": {"currency": "EUR", "secret": TOKEN, "parameters": {}},
    "nord_pool": {"currency": "EUR", "parameters": {"area": "SE3"}},
    "energy_charts": {"currency": "EUR", "parameters": {"zone": "DE-LU"}},
    "awattar": {"currency": "EUR", "parameters": {"country": "de"}},
    "home_assistant": {"secret": TOKEN, "parameters": {"entity_id": "sensor.electricity_prices"}},
}


@dataclass
class Street:
    simulation: Simulation
    now: datetime
    services: dict[str, Any] = field(default_factory=dict)

    def base(self, kind: str) -> str:
        return f"http://{self.services[kind].address}"

    def order(self, kind: str, **other: Any) -> Order:
        values = {"base": self.base(kind), "now": self.now, "since": self.now, **ASKED[kind], **other}
        values["parameters"] = check(SOURCES[kind], values.get("parameters", {}))
        return Order(**values)

    async def fetch(self, kind: str, **other: Any) -> Answer:
        ask = SOURCES[kind].fetch
        assert ask is not None
        return await ask(self.order(kind, **other))

    def break_with(self, kind: str, how: dict[str, Any] | None = None) -> None:
        service = self.services[kind]
        self.simulation.do(lambda: service.break_with(fault(how) if how else None))


@contextmanager
def street(now: str) -> Iterator[Street]:
    """Every simulated price service; their time is the street's `now`."""
    place: list[Street] = []

    def clocked(build: Any) -> Builder:
        return lambda spec, simulation: build(spec, simulation, lambda: place[0].now if place else at(now))

    names = {
        kind: {"host": "127.0.0.1", "port": 0, "token": TOKEN}
        for kind in ("octopus", "home_assistant", "agile_predict", "tibber", "nord_pool", "energy_charts", "awattar")
    }
    builders = {kind: clocked(build) for kind, build in PRICE_SERVICES.items()}
    with running(fleet({"services": names}), builders) as simulation:
        here = Street(simulation, at(now))
        here.services = {name: simulation.service(name) for name in names}
        place.append(here)
        yield here
