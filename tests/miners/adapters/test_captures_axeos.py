"""Every captured payload of Bitaxes, whole, as a person reads it. Skipped where the captures are not at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from miners.adapters.bitaxe.info import options_of, parse_info
from miners.contract import Capability, Reading, State
from tests.miners.adapters.captures import load, needs_captures
from tests.miners.adapters.whole import Settings, assert_same, settings_of

pytestmark = needs_captures

SETTABLE = frozenset({Capability.MODE, Capability.TUNE, Capability.POOL, Capability.RESTART})
PUBLIC_POOL = "public-pool.io:21496"

SUPRA_2_4 = Reading(
    state=State.MINING,
    hashrate_ghs=1000,
    expected_hashrate_ghs=625.24,  # 490 MHz × 1276 cores
    power_w=2.65000009536743,
    temperature_c=59.875,
    vr_temperature_c=78,
    fan_rpm=3517,
    fan_percent=35,
    frequency_mhz=490,
    core_voltage_mv=1166,
    mode="standard",
    accepted=0,
    rejected=0,
    best_difficulty=483_000,
    uptime_s=4,
    pool_url="btc.example.pool:3333",
    firmware="v2.4.5-3-gb5d1e36-dirty",
    model="Bitaxe Supra 401",
    hostname="bitaxe",
    capabilities=SETTABLE,
)
HEX_2_6 = Reading(
    state=State.MINING,
    hashrate_ghs=2372.7583341893742,
    expected_hashrate_ghs=2816.1,  # 525 MHz × 894 cores × 6 chips, though it counts one
    power_w=58.35174560546875,
    temperature_c=58,
    vr_temperature_c=45,
    fan_rpm=5515,
    fan_percent=35,
    frequency_mhz=525,
    core_voltage_mv=1200,
    mode="custom",
    accepted=19_739,
    rejected=6,
    best_difficulty=4.29e9,
    uptime_s=212_115,
    rssi_dbm=-44,
    pool_url=PUBLIC_POOL,
    firmware="v2.6.0",
    model="Bitaxe Hex 302",
    hostname="bitaxe",
    capabilities=SETTABLE,
)
GAMMA_2_7 = Reading(
    state=State.MINING,
    hashrate_ghs=1670.6980490399619,
    expected_hashrate_ghs=1734,  # 850 MHz × 2040 cores
    power_w=28.347776412963867,
    temperature_c=59.875,
    vr_temperature_c=63,
    fan_rpm=1264,
    fan_percent=29,
    frequency_mhz=850,
    core_voltage_mv=1220,
    mode="custom",
    accepted=12_136,
    rejected=191,
    best_difficulty=5.56e9,
    uptime_s=79_342,
    rssi_dbm=-69,
    pool_url=None,  # blanked by who published it
    firmware="v2.7.0",
    model="Bitaxe Gamma 601",
    hostname="bitaxe",
    capabilities=SETTABLE,
)
GAMMA_2_9_HOT = Reading(
    state=State.MINING,
    hashrate_ghs=1625.0644316263638,
    expected_hashrate_ghs=1632,
    power_w=24.96905517578125,
    temperature_c=64.25,
    vr_temperature_c=54,
    fan_rpm=7267,
    fan_percent=100,
    frequency_mhz=800,
    core_voltage_mv=1190,
    mode="custom",
    accepted=3328,
    rejected=7,
    best_difficulty=3e9,
    uptime_s=46_915,
    rssi_dbm=-32,
    pool_url="127.0.0.1:5001",
    firmware="v2.9.0",
    model="Bitaxe Gamma 601",
    hostname="demoAxe",
    overheated=True,
    capabilities=SETTABLE,
)
GAMMA_2_10 = Reading(
    state=State.MINING,
    hashrate_ghs=1658.6653179715183,
    expected_hashrate_ghs=1632,
    power_w=30.587522506713867,
    temperature_c=63,
    vr_temperature_c=68,
    fan_rpm=3428,
    fan_percent=78,
    frequency_mhz=800,
    core_voltage_mv=1280,
    mode="custom",
    accepted=14,
    rejected=0,
    best_difficulty=572.14e6,  # "572.14 M", with a space
    uptime_s=132,
    rssi_dbm=-69,
    pool_url=PUBLIC_POOL,
    firmware="v2.10.1",
    model="Bitaxe Gamma 601",
    hostname="bitaxe 105",
    capabilities=SETTABLE,
)
GAMMA_2_14 = Reading(
    state=State.MINING,
    hashrate_ghs=1088.9354248,  # of the last minute; this second it is 1072.24
    expected_hashrate_ghs=1071,
    power_w=18.7522583,
    temperature_c=60.125,
    vr_temperature_c=62,
    fan_rpm=3915,
    fan_percent=48,
    frequency_mhz=525,
    core_voltage_mv=1150,
    mode="standard",
    accepted=4768,
    rejected=13,
    best_difficulty=49_224_525,
    uptime_s=18_574,
    rssi_dbm=-44,
    pool_url=PUBLIC_POOL,
    firmware="v2.14.0",
    model="Bitaxe Gamma 601",
    hostname="bitaxe",
    capabilities=SETTABLE | {Capability.IDENTIFY, Capability.PAUSE},
)
GAMMA_2_15 = replace(GAMMA_2_14, firmware="v2.15.0")
GAMMA_2_15_PAUSED = replace(
    GAMMA_2_15,
    state=State.PAUSED,
    hashrate_ghs=0,
    power_w=2.1,
    temperature_c=None,  # -1
    vr_temperature_c=38,
    fan_rpm=1200,
    fan_percent=25,
)

CAPTURED = {
    "supra401_v2.4.5-dirty_system_info": SUPRA_2_4,
    "hex302_v2.6.0_system_info": HEX_2_6,
    "gamma601_v2.7.0_system_info": GAMMA_2_7,
    "gamma601_v2.9.0_system_info_overheat": GAMMA_2_9_HOT,
    "gamma601_v2.10.1_system_info": GAMMA_2_10,
    "gamma601_v2.14.0_system_info.synthetic": GAMMA_2_14,
    "gamma601_v2.15.0_system_info.synthetic": GAMMA_2_15,
    "gamma601_v2.15.0_system_info_paused.synthetic": GAMMA_2_15_PAUSED,
    "gamma601_v2.15.0_system_info_hardware_fault.synthetic": replace(GAMMA_2_15, fault="ASIC not found"),
}


def person(info: dict[str, Any]) -> dict[str, str | None]:
    """Worker and MAC stay in the captures: they are somebody's. Two were masked, one was left out."""
    mac = str(info["macAddr"]).lower().replace("-", ":")
    return {"pool_user": info["stratumUser"] or None, "mac": None if "x" in mac else mac or None}


@pytest.mark.parametrize("name", CAPTURED)
def test_a_bitaxe_reads_as_a_person_would(name: str):
    info = load(f"bitaxe/{name}.json")
    reading = parse_info(info, options_of(info, None))
    assert_same(reading, replace(CAPTURED[name], **person(info)))


MODES: dict[str, Settings] = {
    "gamma601_v2.12_system_asic.fromsource": {
        "eco": (400, 1000),
        "standard": (525, 1150),
        "turbo": (550, 1200),
        "oc": (625, 1250),
    },
    "gamma601_v2.15.0_system_asic.synthetic": {
        "eco": (400, 1000),
        "standard": (525, 1150),
        "turbo": (550, 1200),
        "oc": (625, 1250),
    },
    "doc_v2.12_system_asic": {
        "eco": (400, 1100),
        "standard": (490, 1200),
        "turbo": (525, 1250),
        "oc": (575, 1300),
    },
    "supra_bm1368_system_asic": {
        "eco": (400, 1100),
        "standard": (490, 1166),
        "turbo": (525, 1200),
        "oc": (575, 1250),
    },
}


@pytest.mark.parametrize("name", MODES)
def test_modes_are_of_the_options_that_a_board_tells(name: str):
    asic = load(f"bitaxe/{name}.json")
    options = options_of({"version": "v2.12.2", "boardVersion": "601"}, asic)
    assert settings_of(options) == MODES[name]
    assert options.frequencies_mhz == tuple(asic["frequencyOptions"])
    assert options.core_voltages_mv == tuple(asic["voltageOptions"])
    assert options.model == f"Bitaxe {asic['deviceModel']} 601"
