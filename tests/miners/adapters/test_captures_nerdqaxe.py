"""Every captured payload of NerdQAxes, whole, as a person reads it. Skipped where the captures are not at hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from miners.adapters.link import Link
from miners.adapters.nerdqaxe import NerdQaxe, options_of, parse_info
from miners.contract import Capability, Garbled, Reading, State, Target
from tests.miners.adapters.captures import load, needs_captures
from tests.miners.adapters.whole import assert_same, settings_of
from tests.miners.adapters.wire import HOST, listening, serving

pytestmark = needs_captures

SETTABLE = frozenset({Capability.MODE, Capability.TUNE, Capability.POOL, Capability.RESTART})

PLUS_PLUS_1_0_30 = Reading(
    state=State.MINING,
    hashrate_ghs=4756.291,
    expected_hashrate_ghs=4896,  # 600 MHz × 2040 cores × 4 chips
    power_w=78.25,
    temperature_c=54.75,
    vr_temperature_c=60,
    fan_rpm=1924,
    fan_percent=62,
    frequency_mhz=600,
    core_voltage_mv=1120,
    mode="custom",  # its default is 600 MHz at 1150 mV
    accepted=348,
    rejected=1,
    best_difficulty=270e6,
    uptime_s=2139,
    pool_url="eu.stratum.braiins.com:3333",
    firmware="v1.0.30",
    model="NerdQAxe++",
    hostname="nerdqaxe",
    capabilities=SETTABLE,
)
PLUS_1_0_30 = replace(
    PLUS_PLUS_1_0_30,
    hashrate_ghs=2485.112,
    expected_hashrate_ghs=2500.96,  # 490 MHz × 1276 cores × 4 chips
    power_w=58.9,
    frequency_mhz=490,
    core_voltage_mv=1250,
    mode="standard",
    best_difficulty=4.12e9,
    pool_url="public-pool.io:21496",  # on its fallback
    model="NerdQAxe+",
)
PARTIAL_1_0_30 = Reading(
    state=State.MINING,
    hashrate_ghs=4822.423,
    firmware="v1.0.30",
    model="NerdQAxe++",
    hostname="nerdqaxe",
    capabilities=SETTABLE,
)
LOCKED_1_0_36 = Reading(
    state=State.MINING,
    hashrate_ghs=5511.287,  # of the last minute
    expected_hashrate_ghs=5548.8,  # 680 MHz × 2040 cores × 4 chips
    power_w=103,
    temperature_c=59.875,  # asicTemps are zeros
    vr_temperature_c=55.9375,
    fan_rpm=1796,
    fan_percent=54,
    frequency_mhz=680,
    core_voltage_mv=1150,
    mode="custom",
    accepted=3492,
    rejected=3,
    best_difficulty=13_790_464_144,
    uptime_s=43_173,
    rssi_dbm=-63,
    pool_url="solo.ckpool.org:3333",  # on its fallback, says the object stratum
    firmware="v1.0.36",
    model="NerdQAxe++",
    hostname="qaxe6",
    needs_code=True,
    capabilities=frozenset({Capability.RESTART, Capability.SHUTDOWN, Capability.CODE}),
)

CAPTURED = {  # and the key of the worker in use
    "nerdqaxepp_v1.0.30_system_info": (PLUS_PLUS_1_0_30, "stratumUser"),
    "nerdqaxeplus_v1.0.30_fallback.synthetic": (PLUS_1_0_30, "fallbackStratumUser"),
    "nerdqaxepp_v1.0.30_system_info_partial": (PARTIAL_1_0_30, "stratumUser"),
    "nerdqaxepp_v1.0.36_fallback_otp.synthetic": (LOCKED_1_0_36, "fallbackStratumUser"),
}


@pytest.mark.parametrize("name", CAPTURED)
def test_a_nerdqaxe_reads_as_a_person_would(name: str):
    info = load(f"nerdqaxe/{name}.json")
    expected, worker = CAPTURED[name]
    reading = parse_info(info, options_of(info, None))
    assert_same(reading, replace(expected, pool_user=info.get(worker), mac=info["macAddr"].lower()))


def test_its_modes_are_of_the_options_that_it_tells():
    asic = load("nerdqaxe/nerdqaxepp_v1.0.32_system_asic.json")
    options = options_of(load("nerdqaxe/nerdqaxepp_v1.0.36_fallback_otp.synthetic.json"), asic)
    stock = (600, 1150)
    assert settings_of(options) == {"eco": (500, 1120), "standard": stock, "turbo": stock, "oc": stock}
    assert options.frequencies_mhz == (500, 515, 525, 550, 575, 590, 600)
    assert options.core_voltages_mv == (1120, 1130, 1140, 1150, 1160, 1170, 1180, 1190, 1200)


async def test_the_session_of_a_code_is_taken_as_documented(link: Link):
    info = load("nerdqaxe/nerdqaxepp_v1.0.36_fallback_otp.synthetic.json") | {"version": "v1.0.38"}
    answer = load("nerdqaxe/doc_post_v2_otp_session.json")
    pages = {"GET /api/system/info": info, "POST /api/v2/otp/session": answer}
    async with listening(serving(pages)) as device:
        one = NerdQaxe(Target(kind="nerdqaxe", host=HOST, port=device.port), link)
        session = await one.open_session("123456")
    assert (session.token, session.lasts_s) == (answer["token"], 86_400)


@pytest.mark.parametrize("name", ["dashboard", "otp_status"])
def test_answers_of_its_second_api_are_not_taken_for_the_first(name: str):
    with pytest.raises(Garbled):
        parse_info(load(f"nerdqaxe/doc_get_v2_{name}.json"), options_of({}, None))
