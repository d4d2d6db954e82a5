"""What Home Assistant is told of a miner once: MQTT discovery, device-based, abbreviated. Pure.

Home Assistant rejects a component with a unit that is none of its device class, options without `enum`, `enum` with a
unit or a state class, or no `uniq_id`. A component that is to go is named with its platform alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hmm_project.version import VERSION
from miners.mqtt.shown import Shown
from miners.mqtt.topics import Topics

ORIGIN = {"name": "home-miner-manager", "sw": VERSION}
MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")
CUSTOM = "custom"  # the mode of a setting that is no preset
NOT_KNOWN = "None"  # Home Assistant's own word
ON_OFF = {"pl_on": "ON", "pl_off": "OFF"}
MEASURED = {"stat_cla": "measurement"}
DIAGNOSTIC = {"ent_cat": "diagnostic"}


@dataclass(frozen=True, slots=True)
class Part:
    """One entity: its platform, its name, its key in the state's JSON, and what else Home Assistant is told."""

    platform: str
    name: str
    value: str
    more: Mapping[str, Any]


ALWAYS: Mapping[str, Part] = {
    "hashrate": Part(
        "sensor", "Hashrate", "hashrate_ths", {"unit_of_meas": "TH/s", "sug_dsp_prc": 2, "ic": "mdi:chip", **MEASURED}
    ),
    "power": Part("sensor", "Power", "power_w", {"dev_cla": "power", "unit_of_meas": "W", **MEASURED}),
    "temp": Part("sensor", "Temperature", "temp_c", {"dev_cla": "temperature", "unit_of_meas": "°C", **MEASURED}),
    "efficiency": Part(
        "sensor", "Efficiency", "j_per_th", {"unit_of_meas": "J/TH", "sug_dsp_prc": 1, "ic": "mdi:leaf", **MEASURED}
    ),
    "best_difficulty": Part("sensor", "Best difficulty", "best_difficulty", {"ic": "mdi:trophy", **DIAGNOSTIC}),
    "pool": Part("sensor", "Pool", "pool", {"ic": "mdi:server-network", **DIAGNOSTIC}),
    "firmware": Part("sensor", "Firmware", "firmware", {"ic": "mdi:package-variant", **DIAGNOSTIC}),
    "problem": Part("binary_sensor", "Problem", "problem", {"dev_cla": "problem", **ON_OFF, **DIAGNOSTIC}),
}
# Of each pair a miner has the first when Home Assistant may steer it, else the second.
SWITCH = Part("switch", "Mining", "mining", {**ON_OFF, "stat_on": "ON", "stat_off": "OFF", "ic": "mdi:pickaxe"})
RUNNING = Part("binary_sensor", "Mining", "mining", {"dev_cla": "running", **ON_OFF})
SELECT = Part("select", "Mode", "mode", {"ic": "mdi:speedometer"})
MODE = Part("sensor", "Mode", "mode", {"dev_cla": "enum", "ic": "mdi:speedometer"})


def description(shown: Shown, topics: Topics, *, takes_orders: bool, expire_s: int) -> dict[str, Any]:
    """The payload of its config topic, published retained."""
    return {
        "dev": _device(shown, topics),
        "o": ORIGIN,
        "avty": [{"t": topics.bridge}, {"t": topics.availability(shown.id)}],
        "avty_mode": "all",
        "stat_t": topics.state(shown.id),
        "qos": 1,
        "cmps": _components(shown, topics, takes_orders=takes_orders, expire_s=expire_s),
    }


def _device(shown: Shown, topics: Topics) -> dict[str, Any]:
    about = {
        "ids": [topics.identity(shown.id)],
        "cns": [["mac", shown.mac]] if shown.mac and MAC.fullmatch(shown.mac) else None,
        "name": shown.name,
        "mf": shown.maker,
        "mdl": shown.model,
        "sw": shown.firmware,
    }
    return {key: value for key, value in about.items() if value is not None}


def _components(shown: Shown, topics: Topics, *, takes_orders: bool, expire_s: int) -> dict[str, Any]:
    identity = topics.identity(shown.id)
    steered = takes_orders and shown.stoppable
    chosen = takes_orders and bool(shown.modes)
    expires = {"exp_aft": expire_s}
    order = {"cmd_t": topics.order(shown.id, "mining")}
    choose = {"cmd_t": topics.order(shown.id, "mode"), "ops": list(shown.modes)}
    told = {"ops": list(dict.fromkeys((*shown.modes, CUSTOM))), **expires}
    parts = {key: _component(key, part, identity, expires) for key, part in ALWAYS.items()}
    return parts | {
        "mining": _component("mining", SWITCH, identity, order) if steered else _gone(SWITCH),
        "running": _gone(RUNNING) if steered else _component("running", RUNNING, identity, expires),
        "mode": _component("mode", SELECT, identity, choose) if chosen else _gone(SELECT),
        "mode_now": _component("mode_now", MODE, identity, told) if shown.modes and not chosen else _gone(MODE),
    }


def _component(key: str, part: Part, identity: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "p": part.platform,
        "uniq_id": f"{identity}_{key}",
        "name": part.name,
        "val_tpl": _template(part),
        **part.more,
        **more,
    }


def _template(part: Part) -> str:
    """What is not in the state is not known; a select knows only its options."""
    told = f"value_json.{part.value} | default('{NOT_KNOWN}')"
    if part is SELECT:
        return f"{{{{ '{NOT_KNOWN}' if value_json.mode | default('{CUSTOM}') == '{CUSTOM}' else value_json.mode }}}}"
    return f"{{{{ {told} }}}}"


def _gone(part: Part) -> dict[str, Any]:
    return {"p": part.platform}
