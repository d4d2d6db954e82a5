"""Fleet files, and the demo's fleet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from miners.contract import Kind
from miners.simulators import demo
from miners.simulators.fleet import BadFleet, load, parse
from miners.simulators.spec import PRICE_SERVICES

GAMMA = {"kind": "bitaxe", "name": "gamma"}


def test_a_thousand_miners_take_two_lines() -> None:
    miners = parse({"network": "127.30.0.250", "miners": [{**GAMMA, "count": 1000}]}).miners
    assert len({(spec.host, spec.port) for spec in miners}) == 1000
    assert len({spec.mac for spec in miners}) == 1000
    assert (miners[0].name, miners[0].host, miners[-1].host) == ("gamma-1", "127.30.0.250", "127.30.4.225")
    assert {spec.port for spec in miners} == {8080}


def test_defaults_by_kind_and_firmware() -> None:
    entries: list[dict[str, Any]] = [{"kind": kind} for kind in ("bitaxe", "nerdqaxe", "avalon_nano", "nmminer")]
    fleet = parse({"latency_ms": 20, "miners": [*entries, {"kind": "nmminer", "name": "old", "firmware": "v1.8.10"}]})
    assert [(spec.name, spec.port) for spec in fleet.miners] == [
        ("bitaxe", 8080),
        ("nerdqaxe", 8080),
        ("avalon_nano", 4028),
        ("nmminer", 8080),
        ("old", 12347),
    ]
    assert {spec.latency_ms for spec in fleet.miners} == {(20, 20)}


def test_the_same_seed_gives_the_same_identities() -> None:
    first, again, other = (parse({"seed": seed, "miners": [GAMMA]}).miners[0].mac for seed in (1, 1, 2))
    assert first == again != other


def test_plugs_gather_their_miners() -> None:
    pair = [{**GAMMA, "name": name, "switch": "switch.shelf"} for name in ("a", "b")]
    assert parse({"miners": [*pair, GAMMA]}).switches == {"switch.shelf": ("a", "b")}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"miner": []}, "the fleet: unknown key 'miner'"),
        ([], "the fleet: expected keys and values, found list"),
        ({"miners": {}}, "miners: expected a list, found dict"),
        ({"miners": [{"kind": "toaster"}]}, r"miners\[1\]: kind 'toaster' is not one of bitaxe"),
        ({"miners": [{**GAMMA, "model": "omega"}]}, "model 'omega' is not one of gamma, supra, hex"),
        ({"miners": [{**GAMMA, "firmware": "new"}]}, "firmware 'new' is not a firmware version"),
        ({"miners": [{**GAMMA, "colour": "red"}]}, r"miners\[1\]: unknown key 'colour'"),
        ({"miners": [{**GAMMA, "host": "192.168.1.5"}]}, "192.168.1.5 is not a loopback address"),
        ({"miners": [{**GAMMA, "host": "here"}]}, "'here' is not an IPv4 address"),
        ({"miners": [{**GAMMA, "port": 70000}]}, "port 70000 is not a whole number"),
        ({"miners": [{**GAMMA, "count": 0}]}, "count must be from 1"),
        ({"miners": [{**GAMMA, "latency_ms": [9, 1]}]}, "lowest first"),
        ({"miners": [GAMMA, GAMMA]}, "the name 'gamma' is taken"),
        ({"speed": 0}, "speed must be above 0"),
        ({"services": {"teapot": {}}}, "services: unknown key 'teapot'"),
    ],
)
def test_a_bad_fleet_is_one_clear_sentence(data: Any, says: str) -> None:
    with pytest.raises(BadFleet, match=says):
        parse(data)


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    with pytest.raises(BadFleet, match=r"fleet.yaml: cannot be read: No such file"):
        load(file)
    file.write_text("miners: [")
    with pytest.raises(BadFleet, match=r"fleet.yaml: not valid YAML"):
        load(file)
    file.write_text("miners: [{kind: bitaxe, count: 3}]")
    assert len(load(file).miners) == 3


def test_the_demo_has_every_family_both_nanos_and_both_nmminers() -> None:
    fleet = demo.fleet()
    assert len(fleet.miners) >= 8
    assert {spec.kind for spec in fleet.miners} == set(Kind)
    assert {spec.model for spec in fleet.miners} >= {"gamma", "supra", "nano3", "nano3s"}
    assert any(len(miners) > 1 for miners in fleet.switches.values())
    assert len(fleet.pools) == 2


def test_two_demos_lie_side_by_side() -> None:
    def addresses(instance: int) -> set[tuple[str, int]]:
        fleet = demo.fleet(instance)
        both = [*fleet.miners, *fleet.services]
        return {(each.host, each.port) for each in both} | {(fleet.control_host, fleet.control_port)}

    assert len(addresses(0)) == len(demo.MINERS) + 7 + len(PRICE_SERVICES)
    assert not addresses(0) & addresses(1)
    assert demo.fleet(0).nmminer.config_broadcast_port < demo.fleet(1).nmminer.status_port
    assert demo.fleet(0) == demo.fleet(0)
    assert {spec.name for spec in demo.fleet().miners if spec.reported_mac is None} == {
        "nano-hall",
        "lottery-kitchen",
        "lottery-shelf",
    }
    with pytest.raises(ValueError, match="instance 201"):
        demo.fleet(201)


@pytest.mark.parametrize(
    ("now", "shift"),
    [("2026-01-15T13:30", 0), ("2026-01-15T17:44", 240), ("2026-07-15T12:30", 0), ("2026-01-15T13:00", 1410)],
)
def test_the_demos_day_begins_in_the_early_afternoon(now: str, shift: int) -> None:
    assert demo.shift_for(datetime.fromisoformat(now).replace(tzinfo=UTC)) == shift
