"""Captured payloads of Bitaxe and NerdQAxe, with values checked by hand. Skipped where they are not at hand."""

from __future__ import annotations

import pytest

from miners.adapters import nerdqaxe
from miners.adapters.bitaxe import info as bitaxe
from miners.contract import Reading, State
from tests.miners.adapters.captures import load, needs_captures

pytestmark = needs_captures


def read_bitaxe(name: str) -> Reading:
    info = load(f"bitaxe/{name}_system_info.json")
    return bitaxe.parse_info(info, bitaxe.options_of(info, None))


def read_nerdqaxe(name: str) -> Reading:
    info = load(f"nerdqaxe/{name}.json")
    return nerdqaxe.parse_info(info, nerdqaxe.options_of(info, None))


BITAXE = {
    # name: GH/s, expected GH/s, W, °C, VR °C, MHz, mV, mode, best, pool, accepted, rejected
    "supra401_v2.4.5-dirty": (1000, 625.24, 2.65, 59.875, 78, 490, 1166, "standard", 483e3, "btc.example.pool:3333", 0),
    "hex302_v2.6.0": (2372.76, 2816.1, 58.352, 58, 45, 525, 1200, "custom", 4.29e9, "public-pool.io:21496", 19739),
    "gamma601_v2.7.0": (1670.7, 1734, 28.348, 59.875, 63, 850, 1220, "custom", 5.56e9, None, 12136),
    "gamma601_v2.10.1": (1658.67, 1632, 30.588, 63, 68, 800, 1280, "custom", 572.14e6, "public-pool.io:21496", 14),
}


@pytest.mark.parametrize("name", BITAXE)
def test_a_bitaxe_of_each_generation_reads_as_a_person_would(name: str):
    reading = read_bitaxe(name)
    got = (
        reading.hashrate_ghs,
        reading.expected_hashrate_ghs,
        reading.power_w,
        reading.temperature_c,
        reading.vr_temperature_c,
        reading.frequency_mhz,
        reading.core_voltage_mv,
    )
    assert got == pytest.approx(BITAXE[name][:7], abs=0.01)
    assert (reading.mode, reading.best_difficulty) == (BITAXE[name][7], pytest.approx(BITAXE[name][8]))
    assert (reading.pool_url, reading.accepted) == BITAXE[name][9:]
    assert reading.state is State.MINING


@pytest.mark.parametrize(
    ("name", "state", "power_w", "overheated", "fault"),
    [
        ("gamma601_v2.9.0", State.MINING, 24.97, True, None),
        ("gamma601_v2.15.0", State.MINING, 18.75, False, None),
    ],
)
def test_states_of_a_bitaxe(name: str, state: State, power_w: float, overheated: bool, fault: str | None):
    suffix = "_overheat" if overheated else ".synthetic"
    info = load(f"bitaxe/{name}_system_info{suffix}.json")
    reading = bitaxe.parse_info(info, bitaxe.options_of(info, None))
    assert (reading.state, reading.overheated, reading.fault) == (state, overheated, fault)
    assert reading.power_w == pytest.approx(power_w, abs=0.01)


def test_a_paused_and_a_faulty_bitaxe():
    paused = load("bitaxe/gamma601_v2.15.0_system_info_paused.synthetic.json")
    reading = bitaxe.parse_info(paused, bitaxe.options_of(paused, None))
    assert (reading.state, reading.hashrate_ghs, reading.temperature_c) == (State.PAUSED, 0, None)
    faulty = load("bitaxe/gamma601_v2.15.0_system_info_hardware_fault.synthetic.json")
    assert bitaxe.parse_info(faulty, bitaxe.options_of(faulty, None)).fault == "ASIC not found"


def test_options_of_a_documented_gamma():
    modes = bitaxe.options_of({"version": "v2.12"}, load("bitaxe/doc_v2.12_system_asic.json")).modes
    assert [(preset.frequency_mhz, preset.core_voltage_mv) for preset in modes.values()] == [
        (400, 1100),
        (490, 1200),
        (525, 1250),
        (575, 1300),
    ]


def test_nerdqaxes():
    plus_plus = read_nerdqaxe("nerdqaxepp_v1.0.30_system_info")
    assert (plus_plus.hashrate_ghs, plus_plus.power_w, plus_plus.temperature_c) == (4756.291, 78.25, 54.75)
    assert (plus_plus.mode, plus_plus.best_difficulty) == ("custom", 270e6)
    assert plus_plus.pool_url == "eu.stratum.braiins.com:3333"
    plus = read_nerdqaxe("nerdqaxeplus_v1.0.30_fallback.synthetic")
    assert (plus.mode, plus.pool_url, plus.best_difficulty) == ("standard", "public-pool.io:21496", 4.12e9)
    part = read_nerdqaxe("nerdqaxepp_v1.0.30_system_info_partial")
    assert (part.hashrate_ghs, part.power_w, part.mac) == (4822.423, None, "64:e8:33:76:c9:b8")
    locked = read_nerdqaxe("nerdqaxepp_v1.0.36_fallback_otp.synthetic")
    assert (locked.hashrate_ghs, locked.power_w, locked.pool_url) == (5511.287, 103, "solo.ckpool.org:3333")
