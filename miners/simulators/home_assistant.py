"""Home Assistant's REST API: plugs that feed simulated miners, and the power sensors behind them.

Control actions: unavailable {"entity": "switch.x", "on": true}, stuck {"entity": …, "on": true} (a plug that accepts
commands and does nothing), failing {"entity": …, "on": true} (a service call answers 500), frozen {"entity": …, "on":
true} (its sensor is not heard of any more), toggle {"entity": …} (a person presses the button).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from miners.simulators.http import HttpEndpoint, Request, Response, json, text
from miners.simulators.spec import ServiceSpec

if TYPE_CHECKING:
    from miners.simulators.device import Device
    from miners.simulators.simulation import Simulation

SUPPLY_LOSS = 1.06  # the plug sees the power supply's losses too
STANDBY_W = 0.4
FROZEN_FOR = timedelta(hours=1)
SERVICES = {"turn_on": True, "turn_off": False}
DOMAINS = {"switch", "homeassistant"}


@dataclass(slots=True)
class Plug:
    entity: str
    changed_at: datetime
    on: bool = True
    unavailable: bool = False
    stuck: bool = False
    failing: bool = False
    frozen: bool = False

    @property
    def name(self) -> str:
        return self.entity.partition(".")[2]

    @property
    def sensor(self) -> str:
        return f"sensor.{self.name}_power"

    @property
    def state(self) -> str:
        return "unavailable" if self.unavailable else "on" if self.on else "off"


class HomeAssistant(HttpEndpoint):
    def __init__(self, spec: ServiceSpec, simulation: Simulation) -> None:
        super().__init__(
            name=spec.name,
            host=spec.host,
            port=spec.port,
            clock=simulation.clock,
            seed=str(simulation.fleet.seed),
            latency_ms=spec.latency_ms,
        )
        self._simulation = simulation
        self._token = spec.token
        now = datetime.now(UTC)
        self.plugs = {entity: Plug(entity, now) for entity in simulation.fleet.switches}

    def power_w(self, plug: Plug) -> float:
        """Watts through a plug."""
        if not plug.on:
            return 0.0
        draw = sum(device.wall_w for device in self._fed(plug))
        return draw * SUPPLY_LOSS + STANDBY_W

    def turn(self, plug: Plug, *, on: bool) -> bool:
        """Switch, and power what hangs on it; False when nothing changed."""
        if plug.unavailable or plug.stuck or plug.on == on:
            return False
        plug.on = on
        plug.changed_at = datetime.now(UTC)
        for device in self._fed(plug):
            device.power(on=on)
        return True

    def handle(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return text("401: Unauthorized", 401)
        path = request.path.strip("/").split("/")
        match request.method, path:
            case "POST", ["api", "services", domain, service]:
                return self._call(domain, service, request)
            case "GET", ["api", "states", entity]:
                return self._state(entity)
        pages = {"/api/": self._root, "/api/config": self._config, "/api/states": self._states}
        if request.method == "GET" and request.path in pages:
            return json(pages[request.path]())
        return text("404: Not Found", 404)

    def _root(self) -> Any:
        return {"message": "API running."}

    def _config(self) -> Any:
        return {"version": "2026.11.0", "time_zone": "Europe/London", "currency": "GBP", "state": "RUNNING"}

    def _states(self) -> Any:
        return [entity for plug in self.plugs.values() for entity in (self._switch(plug), self._sensor(plug))]

    def _state(self, entity: str) -> Response:
        for plug in self.plugs.values():
            if entity == plug.entity:
                return json(self._switch(plug))
            if entity == plug.sensor:
                return json(self._sensor(plug))
        return json({"message": "Entity not found."}, 404)

    def _call(self, domain: str, service: str, request: Request) -> Response:
        """200 with what changed: an empty list too when nothing did or the entity does not exist."""
        try:
            body = request.json()
        except ValueError:
            return json({"message": "Data should be valid JSON."}, 400)
        if domain not in DOMAINS or service not in SERVICES or not isinstance(body, dict):
            return text("400: Bad Request", 400)
        wanted = body.get("entity_id", [])
        entities = [wanted] if isinstance(wanted, str) else list(wanted)
        plugs = [self.plugs[entity] for entity in entities if entity in self.plugs]
        if any(plug.failing for plug in plugs):
            return json({"message": "Failed to switch: device did not respond"}, 500)
        changed = [self._switch(plug) for plug in plugs if self.turn(plug, on=SERVICES[service])]
        return json(changed)

    def _fed(self, plug: Plug) -> list[Device]:
        return self._simulation.fed_by(plug.entity)

    def _switch(self, plug: Plug) -> dict[str, Any]:
        title = plug.name.replace("_", " ").title()
        attributes: dict[str, Any] = {"device_class": "outlet", "friendly_name": title}
        if plug.unavailable:
            attributes = {"restored": True, "friendly_name": title, "supported_features": 0}
        return _entity(plug.entity, plug.state, attributes, plug.changed_at)

    def _sensor(self, plug: Plug) -> dict[str, Any]:
        attributes = {
            "state_class": "measurement",
            "unit_of_measurement": "W",
            "device_class": "power",
            "friendly_name": f"{plug.name.replace('_', ' ').title()} Power",
        }
        state = "unavailable" if plug.unavailable else f"{self.power_w(plug):.1f}"
        heard = datetime.now(UTC) - (FROZEN_FOR if plug.frozen else timedelta())
        return _entity(plug.sensor, state, attributes, heard, reported_at=heard)

    def actions(self) -> dict[str, Callable[[Mapping[str, Any]], None]]:
        def flag(name: str) -> Callable[[Mapping[str, Any]], None]:
            return lambda arguments: setattr(self.plugs[arguments["entity"]], name, bool(arguments["on"]))

        def toggle(arguments: Mapping[str, Any]) -> None:
            plug = self.plugs[arguments["entity"]]
            self.turn(plug, on=not plug.on)

        return {"toggle": toggle} | {name: flag(name) for name in ("unavailable", "stuck", "failing", "frozen")}

    def describe(self) -> dict[str, Any]:
        plugs = {
            plug.entity: {"state": plug.state, "on": plug.on, "power_w": round(self.power_w(plug), 1)}
            for plug in self.plugs.values()
        }
        return super().describe() | {"plugs": plugs}


def _entity(
    entity: str, state: str, attributes: dict[str, Any], changed_at: datetime, reported_at: datetime | None = None
) -> dict[str, Any]:
    return {
        "entity_id": entity,
        "state": state,
        "attributes": attributes,
        "last_changed": changed_at.isoformat(),
        "last_reported": (reported_at or datetime.now(UTC)).isoformat(),
        "last_updated": changed_at.isoformat(),
        "context": {"id": uuid.uuid4().hex[:26].upper(), "parent_id": None, "user_id": None},
    }
