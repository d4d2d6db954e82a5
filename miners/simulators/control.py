"""The control endpoint: see the truth, break things. Plain HTTP, JSON.

    GET  /devices                         every device's true state and counters ({"devices": [...]})
    GET  /devices/NAME                    one of them
    POST /devices/PATTERN/ACTION  {...}   PATTERN is a name or a shell pattern such as gamma-*
         fault {"kind": "timeout", "requests": 3}   kinds: miners.simulators.faults.FaultKind; without "requests"
                                          until healed; "http" takes "status", "drip" takes "interval_s"
         heal                             no fault, no latency change
         reboot | overheat                as a person or the heat would
         power {"on": false}              pull the cable (a simulated plug does the same)
         latency {"ms": [30, 150]}        each request takes this long
         fallback {"on": true}            its primary pool fails: it mines at the second
         fault-text {"text": "..."}       the device reports a hardware fault (Bitaxe); "" clears it
    POST /swap {"devices": ["a", "b"]}    the two exchange their addresses, as after a DHCP accident
    GET  /services                        every service with its address and counters
    POST /services/NAME/ACTION {...}      fault, heal, latency as above, and the service's own actions

Answers 200 {"changed": [names]}, 400 or 404 {"error": sentence}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from miners.simulators import faults
from miners.simulators.clock import Clock
from miners.simulators.device import Device
from miners.simulators.endpoint import Endpoint
from miners.simulators.http import HttpEndpoint, Request, Response, json

if TYPE_CHECKING:
    from miners.simulators.simulation import Simulation

Arguments = Mapping[str, Any]


class Unknown(Exception):
    """No such device, service or action: 404."""


class Control(HttpEndpoint):
    def __init__(self, simulation: Simulation, host: str, port: int) -> None:
        super().__init__(name="control", host=host, port=port, clock=Clock(), seed="control")
        self._simulation = simulation

    def handle(self, request: Request) -> Response:
        try:
            return json(self._dispatch(request.method, request.path.strip("/").split("/"), request))
        except Unknown as error:
            return json({"error": str(error)}, 404)
        except (ValueError, TypeError, KeyError) as error:
            return json({"error": str(error)}, 400)

    def _dispatch(self, method: str, path: list[str], request: Request) -> Any:
        simulation = self._simulation
        match method, path:
            case "GET", ["devices"]:
                return {"devices": [device.describe() for device in simulation.devices]}
            case "GET", ["devices", name]:
                return _one(simulation.devices, name).describe()
            case "GET", ["services"]:
                return {"services": [service.describe() for service in simulation.services]}
            case "POST", ["swap"]:
                first, second = (_one(simulation.devices, name) for name in _arguments(request)["devices"])
                return {"changed": simulation.swap(first, second)}
            case "POST", ["devices", pattern, action]:
                return act(simulation.devices, pattern, action, _arguments(request))
            case "POST", ["services", pattern, action]:
                return act(simulation.services, pattern, action, _arguments(request))
        raise Unknown(f"no {method} /{'/'.join(path)} here")


def act(among: Sequence[Endpoint], pattern: str, action: str, arguments: Arguments) -> dict[str, list[str]]:
    """Do one thing to every endpoint whose name matches."""
    chosen = [endpoint for endpoint in among if fnmatchcase(endpoint.name, pattern)]
    if not chosen:
        raise Unknown(f"no {pattern!r} here; there are: {', '.join(endpoint.name for endpoint in among[:20])}")
    for endpoint in chosen:
        _action(endpoint, action)(arguments)
    return {"changed": [endpoint.name for endpoint in chosen]}


def _action(endpoint: Endpoint, name: str) -> Callable[[Arguments], None]:
    actions = _common(endpoint)
    if isinstance(endpoint, Device):
        actions |= _of_device(endpoint)
    actions |= endpoint.actions()
    if name not in actions:
        raise Unknown(f"{endpoint.name} has no action {name!r}; it has: {', '.join(sorted(actions))}")
    return actions[name]


def _common(endpoint: Endpoint) -> dict[str, Callable[[Arguments], None]]:
    def latency(arguments: Arguments) -> None:
        low, high = arguments["ms"]
        endpoint.latency_ms = (float(low), float(high))

    return {
        "fault": lambda arguments: endpoint.break_with(faults.parse(arguments)),
        "heal": lambda _arguments: endpoint.break_with(None),
        "latency": latency,
    }


def _of_device(device: Device) -> dict[str, Callable[[Arguments], None]]:
    return {
        "reboot": lambda _arguments: device.reboot(),
        "overheat": lambda _arguments: device.overheat(),
        "power": lambda arguments: device.power(on=bool(arguments["on"])),
    }


def _one(devices: Sequence[Device], name: str) -> Device:
    for device in devices:
        if device.name == name:
            return device
    raise Unknown(f"no device {name!r}")


def _arguments(request: Request) -> Arguments:
    body = request.json() if request.body else {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body
