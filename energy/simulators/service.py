"""A simulated web service that answers JSON: what all small ones share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from miners.simulators.http import HttpEndpoint

if TYPE_CHECKING:
    from miners.simulators.simulation import Simulation
    from miners.simulators.spec import ServiceSpec


class Service(HttpEndpoint):
    """`now` is read for every request; tests give their own."""

    def __init__(
        self, spec: ServiceSpec, simulation: Simulation, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(
            name=spec.name,
            host=spec.host,
            port=spec.port,
            clock=simulation.clock,
            seed=str(simulation.fleet.seed),
            latency_ms=spec.latency_ms,
        )
        self.now = now
        self.token = spec.token
        self.shift = timedelta(minutes=spec.shift_minutes)  # what is made up happens so much later
