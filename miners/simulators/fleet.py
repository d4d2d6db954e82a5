"""Reads a fleet file.

    speed: 1                     # simulated time against real time
    seed: 7                      # same seed, same fleet
    network: 127.20.1.1          # addresses of miners count up from here
    latency_ms: [30, 150]        # per request, unless a miner says otherwise; a single number is fixed
    control: {host: 127.0.0.1, port: 8899}
    miners:
      - {kind: bitaxe, model: gamma, firmware: v2.12.2, name: gamma, count: 600}
      - {kind: avalon_nano, model: nano3s, name: attic, host: 127.20.9.1, port: 4028, switch: switch.attic}
    services:
      octopus: {host: 127.20.0.2, port: 8081, prices: prices.csv}
      home_assistant: {host: 127.20.0.3, port: 8123, token: secret}
      agile_predict: {host: 127.20.0.7, port: 8082}           # tibber, nord_pool, energy_charts, awattar likewise
      mqtt: {host: 127.20.0.6, port: 1883, token: secret}       # the password of the user "home"
      pools: [{name: solo, host: 127.20.0.4, port: 3333}]
    nmminer: {status_port: 12345, config_broadcast_port: 12346}

`count: n` names the miners name-1 … name-n. Only loopback addresses are accepted.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import yaml

from miners.simulators.families import FAMILIES, default_port
from miners.simulators.firmware import version
from miners.simulators.spec import PRICE_SERVICES, Fleet, MinerSpec, Nmminer, ServiceSpec, mac_of

NETWORK = "127.20.1.1"
HIGHEST_PORT = 65_535
MOST_MINERS = 20_000
SINGLE_SERVICES = ("octopus", "home_assistant", "mqtt", *PRICE_SERVICES)
SERVICE_PORTS = {"octopus": 8081, "home_assistant": 8123, "mqtt": 1883, "pool": 3333} | dict.fromkeys(
    PRICE_SERVICES, 8082
)


class BadFleet(Exception):
    """A fleet file cannot be used; the message names the entry and what is expected."""


def load(file: Path) -> Fleet:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFleet(f"{file}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadFleet(f"{file}: not valid YAML: {' '.join(str(error).split())}") from None
    try:
        return parse(data)
    except BadFleet as error:
        raise BadFleet(f"{file}: {error}") from None


def parse(data: Any) -> Fleet:
    """A fleet from the parsed file; BadFleet says what is wrong."""
    top = _mapping(
        data, "the fleet", {"speed", "seed", "network", "latency_ms", "control", "miners", "services", "nmminer"}
    )
    seed = int(_number(top.get("seed", 0), "seed"))
    latency = _latency(top.get("latency_ms", 0), "latency_ms")
    control = _mapping(top.get("control", {}), "control", {"host", "port"})
    speed = _number(top.get("speed", 1), "speed")
    if speed <= 0:
        raise BadFleet("speed must be above 0")
    return Fleet(
        miners=tuple(_miners(_list(top.get("miners", []), "miners"), str(top.get("network", NETWORK)), latency, seed)),
        services=tuple(_services(top.get("services", {}))),
        nmminer=Nmminer(**_mapping(top.get("nmminer", {}), "nmminer", {item.name for item in fields(Nmminer)})),
        control_host=_loopback(control.get("host", "127.0.0.1"), "control"),
        control_port=_port(control.get("port", 0), "control"),
        speed=speed,
        seed=seed,
    )


def _miners(entries: list[Any], network: str, latency: tuple[float, float], seed: int) -> Iterator[MinerSpec]:
    following = ipaddress.IPv4Address(_loopback(network, "network"))
    names: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        where = f"miners[{number}]"
        values = _mapping(entry, where, {item.name for item in fields(MinerSpec)} - {"mac", "pools"} | {"count"})
        count = int(_number(values.pop("count", 1), f"{where}.count"))
        if not 1 <= count <= MOST_MINERS:
            raise BadFleet(f"{where}.count must be from 1 to {MOST_MINERS}")
        address = ipaddress.IPv4Address(_loopback(values.pop("host", str(following)), where))
        base = str(values.pop("name", "") or values.get("model") or values.get("kind"))
        for index in range(count):
            name = base if count == 1 else f"{base}-{index + 1}"
            if name in names:
                raise BadFleet(f"{where}: the name {name!r} is taken; give each entry a name of its own")
            names.add(name)
            yield _miner(values, where, name, str(address + index), latency, seed)
        following = address + count


def _miner(
    values: Mapping[str, Any], where: str, name: str, host: str, latency: tuple[float, float], seed: int
) -> MinerSpec:
    kind = str(values.get("kind"))
    if kind not in FAMILIES:
        raise BadFleet(f"{where}: kind {kind!r} is not one of {', '.join(FAMILIES)}")
    models = FAMILIES[kind].models
    model = str(values.get("model", next(iter(models))))
    if model not in models:
        raise BadFleet(f"{where}: model {model!r} is not one of {', '.join(models)}")
    firmware = str(values.get("firmware", models[model]))
    if kind != "avalon_nano":
        try:
            version(firmware)
        except ValueError as error:
            raise BadFleet(f"{where}: firmware {error}") from None
    texts = {key: str(values[key]) for key in ("switch", "otp", "web_user", "web_password") if key in values}
    return MinerSpec(
        name=name,
        kind=kind,
        model=model,
        firmware=firmware,
        host=_loopback(host, where),
        port=_port(values.get("port", default_port(kind, firmware)), where),
        mac=mac_of(seed, name),
        latency_ms=_latency(values["latency_ms"], where) if "latency_ms" in values else latency,
        **cast(Any, texts),
    )


def _services(data: Any) -> Iterator[ServiceSpec]:
    services = _mapping(data, "services", {*SINGLE_SERVICES, "pools"})
    for kind in SINGLE_SERVICES:
        if kind in services:
            yield _service(kind, kind, services[kind])
    for number, entry in enumerate(_list(services.get("pools", []), "services.pools"), start=1):
        yield _service("pool", f"pool-{number}", entry)


def _service(kind: str, name: str, data: Any) -> ServiceSpec:
    where = f"services.{name}"
    values = _mapping(data, where, {item.name for item in fields(ServiceSpec)} - {"kind"})
    return ServiceSpec(
        kind=kind,
        name=str(values.get("name", name)),
        host=_loopback(values.get("host", "127.0.0.1"), where),
        port=_port(values.get("port", SERVICE_PORTS[kind]), where),
        latency_ms=_latency(values.get("latency_ms", 0), where),
        shift_minutes=int(_number(values.get("shift_minutes", 0), where)),
        **cast(Any, {key: str(values[key]) for key in ("token", "prices", "prices_from") if key in values}),
    )


def _mapping(data: Any, where: str, known: set[str]) -> dict[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise BadFleet(f"{where}: expected keys and values, found {type(data).__name__}")
    unknown = sorted(str(key) for key in data if key not in known)
    if unknown:
        raise BadFleet(f"{where}: unknown key {unknown[0]!r}; known here: {', '.join(sorted(known))}")
    return dict(data)


def _list(data: Any, where: str) -> list[Any]:
    if not isinstance(data, list):
        raise BadFleet(f"{where}: expected a list, found {type(data).__name__}")
    return data


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadFleet(f"{where}: expected a number, found {value!r}")
    return value


def _port(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= HIGHEST_PORT:
        raise BadFleet(f"{where}: port {value!r} is not a whole number from 0 to {HIGHEST_PORT}")
    return value


def _loopback(value: Any, where: str) -> str:
    try:
        address = ipaddress.IPv4Address(str(value))
    except ValueError:
        raise BadFleet(f"{where}: {value!r} is not an IPv4 address") from None
    if not address.is_loopback:
        raise BadFleet(f"{where}: {address} is not a loopback address (127.0.0.0/8)")
    return str(address)


def _latency(value: Any, where: str) -> tuple[float, float]:
    pair = value if isinstance(value, list) else [value, value]
    if len(pair) != 2:  # noqa: PLR2004  lowest and highest
        raise BadFleet(f"{where}: latency_ms is a number or [lowest, highest]")
    low, high = (float(_number(part, where)) for part in pair)
    if not 0 <= low <= high:
        raise BadFleet(f"{where}: latency_ms {value!r} must be 0 or more, lowest first")
    return low, high
