"""Captured payloads by family and firmware, with values checked by hand. Skipped where they are not at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from miners.adapters import nerdqaxe
from miners.adapters.avalon_nano.reading import parse_joined
from miners.adapters.bitaxe import info as bitaxe
from miners.adapters.nmminer.readings import parse_broadcast, parse_info
from miners.contract import Garbled, Reading, State

CAPTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "captures"

pytestmark = pytest.mark.skipif(not CAPTURES.is_dir(), reason="no captures beside this repository")


def load(name: str) -> dict[str, Any]:
    found = json.loads((CAPTURES / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


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


def nano3s(**sections: str) -> Reading:
    names = {"summary": "summary", "estats": "estats", "pools": "pools", "version": "version"} | sections
    return parse_joined({key: [load(f"avalon_nano3s/nano3s_25021401_{name}.json")] for key, name in names.items()})


def test_nano_3s():
    reading = nano3s()
    assert (reading.power_w, reading.hashrate_ghs, reading.temperature_c) == (132, 6423.03, 90)
    assert (reading.mode, reading.fan_rpm, reading.fan_percent) == ("high", 1720, 36)
    assert (reading.accepted, reading.rejected, reading.best_difficulty) == (2567, 1, 111_181_383)
    assert (reading.pool_url, reading.mac) == ("stratum.braiins.com:3333", "e0:e1:a9:3e:f5:a5")
    assert nano3s(version="version_unit2").mac == "e0:e1:a9:3f:30:53"


def test_nano_3s_as_it_was_joined():
    reading = parse_joined(load("avalon_nano3s/nano3s_25021401_summary+version+stats.json"))
    assert (reading.power_w, reading.hashrate_ghs, reading.uptime_s) == (131, 6418.28, 393)


@pytest.mark.parametrize(("summary", "accepted"), [("summary", 21853), ("summary_pyasic199", 19703)])
def test_nano_3(summary: str, accepted: int):
    names = {"summary": f"nano3_24071801_{summary}", "estats": "nano3_24071801_estats"}
    names |= {"pools": "nano3_pools.synthetic", "version": "nano3_24071801_version"}
    reading = parse_joined({key: [load(f"avalon_nano3/{name}.json")] for key, name in names.items()})
    assert (reading.power_w, reading.hashrate_ghs, reading.temperature_c) == (92, 3332.4, 85)
    assert (reading.mode, reading.accepted, reading.mac) == ("med", accepted, "02010000d89ada98")
    assert reading.pool_url == "public-pool.io:21496"


def test_a_nano_3_on_a_bad_line():
    text = (CAPTURES / "avalon_nano3/nano3_24071801_stats_textmode.txt").read_text(encoding="utf-8")
    line = text.split("MM ID0=")[1].split(",MM Count")[0]
    reading = parse_joined({"estats": [{"STATS": [{"MM ID0": line}]}]})
    assert (reading.power_w, reading.hashrate_ghs, reading.mode) == (89, 2630.98, "med")


@pytest.mark.parametrize(
    ("name", "ghs", "accepted", "rejected", "best", "uptime_s"),
    [
        ("udp12345_v0.3.01_readme", 0.00011313, 138, 1, 4.021e6, 5026),
        ("udp12345_v0.3.01_readme_web", 0.00011313, 138, 1, 4.021e6, 5026),
        ("udp12345_v1.8_wire.derived", 0.0010154, 0, 0, 4.021e6, 1377),
        ("udp12345_nmaxe_v2.9.31_wire.derived", 1215.3, 1381, 2, 21.7e9, 184_300),
    ],
)
def test_broadcasts(name: str, ghs: float, accepted: int, rejected: int, best: float, uptime_s: int):
    reading = parse_broadcast(load(f"nmminer/{name}.json"))
    assert reading.hashrate_ghs == pytest.approx(ghs)
    assert (reading.accepted, reading.rejected, reading.uptime_s) == (accepted, rejected, uptime_s)
    assert reading.best_difficulty == pytest.approx(best)


def test_nmminer_2():
    reading = parse_info(load("nmminer/http_v2.0.04_get_api_system_info.json"))
    assert (reading.hashrate_ghs, reading.accepted, reading.rejected) == (0.000956432, 128, 2)
    assert (reading.temperature_c, reading.pool_url) == (51.3, "solobtc.nmminer.com:3333")


STRANGERS = sorted((CAPTURES / "others").glob("*.json")) + sorted((CAPTURES / "avalon_other").glob("*.json"))


@pytest.mark.parametrize("path", STRANGERS, ids=lambda path: path.name)
def test_other_families_are_not_ours(path: Path):
    body = json.loads(path.read_text(encoding="utf-8"))
    for parse in (
        lambda: bitaxe.parse_info(body, bitaxe.options_of(body, None)),
        lambda: nerdqaxe.parse_info(body, nerdqaxe.options_of(body, None)),
        lambda: parse_info(body),
        lambda: parse_broadcast(body),
        lambda: parse_joined(body),
        lambda: parse_joined({"estats": [body], "summary": [body], "version": [body], "pools": [body]}),
    ):
        with pytest.raises(Garbled):
            parse()
