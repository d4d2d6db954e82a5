"""Every captured payload of an NMMiner: the whole reading, worked out by hand; what we send has the keys it expects."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from miners.adapters.nmminer import config
from miners.adapters.nmminer.readings import parse_broadcast, parse_info
from miners.contract import Capability, Garbled, Options, PoolEndpoint, Reading, State
from tests.miners.adapters.captures import files, load, needs_captures

pytestmark = needs_captures

POOL = PoolEndpoint(host="new.example", port=3335, user="me.rig")


def the_first() -> Reading:
    """HashRate "113.13K" H/s, Share "1/138" (rejected first), Uptime "00d 01:23:46"."""
    return Reading(
        state=State.MINING,
        hashrate_ghs=pytest.approx(0.000_113_13),
        temperature_c=48.5,
        accepted=138,
        rejected=1,
        best_difficulty=pytest.approx(4_021_000),
        uptime_s=3600 + 23 * 60 + 46,
        rssi_dbm=-62,
        pool_url="public-pool.io:21496",
        firmware="v0.3.01",
        model="NMLotto",
        options=Options(firmware="v0.3.01", model="NMLotto"),
    )


def the_last_that_broadcasts() -> Reading:
    """ "1.0154MH/s", "0/0/0.0%", "1.024M\\r4.021M" and "000d 00:22:57\\r028d 18:25:01": session, then ever."""
    return Reading(
        state=State.MINING,
        hashrate_ghs=pytest.approx(0.001_015_4),
        temperature_c=48.5,
        accepted=0,
        rejected=0,
        best_difficulty=pytest.approx(4_021_000),
        uptime_s=22 * 60 + 57,
        rssi_dbm=-62,
        pool_url="public-pool.io:21496",
        firmware="v1.8.10",
        model="ESP32-2432S028R-2USB",
        capabilities=frozenset({Capability.POOL}),
        options=Options(firmware="v1.8.10", model="ESP32-2432S028R-2USB"),
    )


def test_firmware_0_3():
    assert parse_broadcast(load("nmminer/udp12345_v0.3.01_readme.json")) == the_first()
    assert parse_broadcast(load("nmminer/udp12345_v0.3.01_readme_web.json")) == replace(the_first(), pool_url=None)


def test_firmware_1_8():
    assert parse_broadcast(load("nmminer/udp12345_v1.8_wire.derived.json")) == the_last_that_broadcasts()


def test_its_configuration_names_the_worker_of_the_second_pool_which_is_in_use():
    settings = load("nmminer/udp12347_config_all.json")
    said = parse_broadcast(load("nmminer/udp12345_v1.8_wire.derived.json"), settings)
    assert said == replace(the_last_that_broadcasts(), pool_user=settings["SecondaryAddress"])


def test_an_nmaxe_is_none_of_ours():
    with pytest.raises(Garbled, match="Not an NMMiner: it broadcasts like NMAxe-Gamma"):
        parse_broadcast(load("nmminer/udp12345_nmaxe_v2.9.31_wire.derived.json"))


def test_firmware_2():
    info = load("nmminer/http_v2.0.04_get_api_system_info.json")
    assert parse_info(info) == Reading(
        state=State.MINING,
        hashrate_ghs=pytest.approx(0.000_956_432),
        temperature_c=51.3,
        accepted=128,
        rejected=2,
        best_difficulty=pytest.approx(1.7833),
        uptime_s=4321,
        rssi_dbm=-52,
        pool_url="solobtc.nmminer.com:3333",
        pool_user=info["stratum"]["user"],
        firmware="v2.0.04",
        model="NMMiner",
        hostname=info["identity"]["hostName"],
        capabilities=frozenset({Capability.POOL, Capability.RESTART, Capability.IDENTIFY}),
        options=Options(firmware="v2.0.04", model="NMMiner"),
    )


SENT_BACK = ("post_api_setting_mining", "post_api_setting_network", "post_api_setting_preference")
SENT_BACK += ("post_api_setting_time", "post_api_system_restart")
SETTINGS = ("get_api_setting_mining", "get_api_setting_network", "get_api_setting_preference", "get_api_setting_time")
DISCOVERY = ("get_alive", "get_probe")


@pytest.mark.parametrize("name", SENT_BACK + SETTINGS + DISCOVERY)
def test_what_else_firmware_2_says_is_no_reading(name: str):
    body = load(f"nmminer/http_v2.0.04_{name}.json")
    with pytest.raises(Garbled, match="answers like an unknown device"):
        parse_info(body)
    with pytest.raises(Garbled, match="not that of an NMMiner"):
        parse_broadcast(body)


def test_a_pool_is_set_with_the_keys_firmware_2_takes():
    taken = load("nmminer/http_v2.0.04_post_api_setting_mining.json")
    sent = config.pool_keys(POOL)
    assert sent.keys() == taken.keys()
    assert {key: type(value) for key, value in sent.items()} == {key: type(value) for key, value in taken.items()}


def test_a_pool_is_sent_within_the_whole_configuration_and_nothing_else_in_it_changes():
    known = load("nmminer/udp12347_config_all.json")
    sent = json.loads(config.with_pool(known, POOL, receiver="192.168.1.101"))
    assert sent.keys() == known.keys()
    changed = {key for key in known if sent[key] != known[key]}
    assert changed == {"IP", "PrimaryPool", "PrimaryAddress", "PrimaryPassword"}
    assert (sent["IP"], sent["PrimaryPool"]) == ("192.168.1.101", "stratum+tcp://new.example:3335")


def test_no_capture_is_left_out():
    http = {f"http_v2.0.04_{name}.json" for name in (*SENT_BACK, *SETTINGS, *DISCOVERY, "get_api_system_info")}
    said = {"udp12345_v0.3.01_readme.json", "udp12345_v0.3.01_readme_web.json", "udp12345_v1.8_wire.derived.json"}
    said |= {"udp12345_nmaxe_v2.9.31_wire.derived.json", "udp12347_config_all.json"}
    assert set(files("nmminer")) == http | said
