"""What Home Assistant is told of a miner, held against what it accepts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.mqtt.description import description
from miners.mqtt.shown import Shown
from miners.mqtt.topics import Topics

TOPICS = Topics("homeassistant", "hmm")
BLUE = Shown(
    id=7,
    name="Blue",
    model="Gamma 601",
    maker="Bitaxe",
    firmware="v2.12.2",
    mac="02:5b:26:a8:dc:12",
    modes=("eco", "oc"),
    stoppable=True,
    available=True,
)
SAMPLE = Path(__file__).resolve().parents[4] / "shared/data/payloads/mqtt/device_discovery_config.json"
UNITS = {"power": {"W"}, "temperature": {"°C"}}  # of Home Assistant's device classes
PLATFORM_KEYS = {
    "sensor": {"dev_cla", "unit_of_meas", "stat_cla", "sug_dsp_prc", "exp_aft", "ops", "ic", "ent_cat"},
    "binary_sensor": {"dev_cla", "pl_on", "pl_off", "exp_aft", "ic", "ent_cat"},
    "switch": {"cmd_t", "pl_on", "pl_off", "stat_on", "stat_off", "ic"},
    "select": {"cmd_t", "ops", "ic"},
}
COMMON = {"p", "uniq_id", "name", "val_tpl"}


def described(shown: Shown = BLUE, *, takes_orders: bool = True) -> dict[str, Any]:
    return description(shown, TOPICS, takes_orders=takes_orders, expire_s=300)


def accepted(component: dict[str, Any]) -> None:
    """Home Assistant's own rules for a component, as far as ours have what they are about."""
    platform = component["p"]
    if set(component) == {"p"}:
        return
    assert set(component) - COMMON <= PLATFORM_KEYS[platform]
    assert set(component) >= COMMON
    if component.get("dev_cla") in UNITS:
        assert component["unit_of_meas"] in UNITS[component["dev_cla"]]
    if platform == "sensor":
        assert ("ops" in component) is (component.get("dev_cla") == "enum")
        assert component.get("ent_cat") != "config"
    if component.get("dev_cla") == "enum":
        assert not {"unit_of_meas", "stat_cla"} & set(component)


texts = st.text(min_size=1, max_size=12)
miners = st.builds(
    Shown,
    id=st.integers(1, 10**9),
    name=texts,
    model=texts,
    maker=st.none() | texts,
    firmware=st.none() | texts,
    mac=st.none() | st.just("02:5b:26:a8:dc:12") | texts,
    modes=st.lists(texts, unique=True, max_size=4).map(tuple),
    stoppable=st.booleans(),
)


@given(miners, st.booleans())
def test_whatever_a_miner_is_home_assistant_accepts_every_component(shown: Shown, takes_orders: bool):
    told = described(shown, takes_orders=takes_orders)

    for component in told["cmps"].values():
        accepted(component)
    identities = [component["uniq_id"] for component in told["cmps"].values() if "uniq_id" in component]
    assert len(identities) == len(set(identities))
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]+", identity) for identity in identities)
    assert told["o"]["name"]
    assert told["dev"]["ids"]
    assert None not in told["dev"].values()
    json.dumps(told)


def test_a_miner_is_one_device_with_two_availabilities():
    told = described()

    assert told["dev"] == {
        "ids": ["hmm_miner_7"],
        "cns": [["mac", "02:5b:26:a8:dc:12"]],
        "name": "Blue",
        "mf": "Bitaxe",
        "mdl": "Gamma 601",
        "sw": "v2.12.2",
    }
    assert told["avty"] == [{"t": "hmm/bridge/status"}, {"t": "hmm/miner/7/availability"}]
    assert (told["avty_mode"], told["stat_t"], told["qos"]) == ("all", "hmm/miner/7/state", 1)
    assert told["cmps"]["power"] == {
        "p": "sensor",
        "uniq_id": "hmm_miner_7_power",
        "name": "Power",
        "val_tpl": "{{ value_json.power_w | default('None') }}",
        "dev_cla": "power",
        "unit_of_meas": "W",
        "stat_cla": "measurement",
        "exp_aft": 300,
    }


def test_an_identity_that_is_no_mac_is_not_said_to_be_one():
    assert "cns" not in described(replace(BLUE, mac="02010000c0ffee42"))["dev"]


def test_with_orders_a_miner_has_a_switch_and_a_select_and_their_readings_go():
    parts = described()["cmps"]

    assert parts["mining"]["cmd_t"] == "hmm/miner/7/mining/set"
    assert (parts["mode"]["cmd_t"], parts["mode"]["ops"]) == ("hmm/miner/7/mode/set", ["eco", "oc"])
    assert (parts["running"], parts["mode_now"]) == ({"p": "binary_sensor"}, {"p": "sensor"})


def test_without_orders_nothing_takes_any():
    parts = described(takes_orders=False)["cmps"]

    assert not [key for key, part in parts.items() if "cmd_t" in part]
    assert (parts["mining"], parts["mode"]) == ({"p": "switch"}, {"p": "select"})
    assert (parts["running"]["dev_cla"], parts["mode_now"]["ops"]) == ("running", ["eco", "oc", "custom"])


def test_what_cannot_stop_or_has_no_modes_offers_neither():
    parts = described(replace(BLUE, stoppable=False, modes=()))["cmps"]

    assert [parts[key] for key in ("mining", "mode", "mode_now")] == [{"p": "switch"}, {"p": "select"}, {"p": "sensor"}]
    assert parts["running"]["name"] == "Mining"


def test_energy_and_cost_are_not_made_up():
    assert not {"energy", "cost"} & set(described()["cmps"])


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample that Home Assistant's own schemas passed is not here")
def test_the_shape_is_that_of_the_sample_home_assistant_accepted():
    sample = json.loads(SAMPLE.read_text())
    told = described()

    assert set(told) == set(sample)
    assert set(told["dev"]) <= set(sample["dev"])
    assert set(told["o"]) <= set(sample["o"])
    known = {key for part in sample["cmps"].values() for key in part}
    assert {key for part in told["cmps"].values() for key in part} <= known
    for key in ("power", "temp", "hashrate", "efficiency"):
        assert told["cmps"][key]["unit_of_meas"] == sample["cmps"][key]["unit_of_meas"]


@given(st.integers(0, 10**17), st.sampled_from(["hmm", "home/hmm", "a-b_c"]), st.text(max_size=30))
def test_topics_are_told_apart_and_any_other_is_nobodys(number: int, prefix: str, other: str):
    topics = Topics("homeassistant", prefix)

    assert topics.described(topics.config(number)) == number
    assert topics.ordered(topics.order(number, "mode")) == (number, "mode")
    assert topics.described(other) is None
    assert topics.ordered(other) is None
    assert Topics("homeassistant", "elsewhere").described(topics.config(number)) is None
