"""The simulated Home Assistant with price sensors beside its plugs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from energy.simulators.curve import SLOT, pence_before_vat, with_vat
from energy.simulators.horizon import horizon
from energy.simulators.market import starts
from miners.simulators.home_assistant import HomeAssistant
from miners.simulators.http import Request, Response, json

if TYPE_CHECKING:
    from miners.simulators.simulation import Simulation
    from miners.simulators.spec import ServiceSpec

REGION = "C"
PRICE = "sensor.electricity_price"  # its state is the price now
LISTED = "sensor.electricity_prices"  # its attributes list the hours ahead
NOT_FOUND = 404


class HomeWithPrices(HomeAssistant):
    """`now` is read for every request; `state` and `unit` may be changed by a test."""

    def __init__(
        self, spec: ServiceSpec, simulation: Simulation, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(spec, simulation)
        self._now = now
        self.state: str | None = None  # instead of the price
        self.unit = "GBP/kWh"
        self.heard_at: datetime | None = None  # when the sensor last spoke; None: just now

    def handle(self, request: Request) -> Response:
        response = super().handle(request)
        entity = request.path.removeprefix("/api/states/")
        if response.status != NOT_FOUND or entity not in (PRICE, LISTED):
            return response
        now = self._now()
        attributes: dict[str, Any] = {"unit_of_measurement": self.unit, "friendly_name": "Electricity price"}
        if entity == LISTED:
            attributes |= {"raw_today": self._rows(now), "raw_tomorrow": []}
        spoken = (self.heard_at or now).isoformat()
        return json(
            {
                "entity_id": entity,
                "state": self.state if self.state is not None else str(_pounds(now)),
                "attributes": attributes,
                "last_changed": spoken,
                "last_reported": spoken,
                "last_updated": spoken,
            }
        )

    def _rows(self, now: datetime) -> list[Mapping[str, Any]]:
        return [
            {"start": at.isoformat(), "end": (at + SLOT).isoformat(), "value": _pounds(at)}
            for at in starts(now - timedelta(hours=1), horizon(now), SLOT)
        ]


def _pounds(at: datetime) -> float:
    slot = at - timedelta(seconds=at.timestamp() % SLOT.total_seconds())
    return round(float(with_vat(pence_before_vat(REGION, slot))) / 100, 6)
