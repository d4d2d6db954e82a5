"""Generations of AxeOS and NerdQAxe of which no capture lies beside this repository, whole, by payloads made up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.adapters import nerdqaxe
from miners.adapters.bitaxe import info as bitaxe
from miners.adapters.fingerprint import of_info
from miners.contract import Capability, PoolEndpoint, Reading, State
from miners.simulators import nerdqaxe_fields
from tests.miners.adapters.payloads import (
    AXEOS_2_0,
    AXEOS_2_15,
    GAMMA_ASIC,
    MAC,
    NERD_1_0_14,
    NERD_1_0_36,
    WALLET,
    Payload,
)
from tests.miners.adapters.payloads_axeos import (
    CLONE,
    GAMMA_2_11_BETA,
    GAMMA_2_12_ON_FALLBACK,
    NERD_1_1,
    NERD_1_1_ASIC,
    SUPRA_HEX_TCH,
)
from tests.miners.adapters.test_fuzz import damaged, outcome
from tests.miners.adapters.whole import assert_same, settings_of

SETTABLE = frozenset({Capability.MODE, Capability.TUNE, Capability.POOL, Capability.RESTART})


def test_the_beta_of_2_11():
    expected = Reading(
        state=State.MINING,
        hashrate_ghs=1065.4487915039,
        expected_hashrate_ghs=1071,
        power_w=17.6234569549561,
        temperature_c=58.875,
        vr_temperature_c=57,
        fan_rpm=3190,
        fan_percent=41.875,
        frequency_mhz=525,
        core_voltage_mv=1150,
        mode="standard",
        accepted=812,
        rejected=2,
        best_difficulty=1_288_490_188,
        uptime_s=40_211,
        rssi_dbm=-61,
        pool_url="pool.example:21496",
        pool_user=WALLET,
        firmware="v2.11.0b6",
        model="Bitaxe Gamma 601",
        mac=MAC,
        hostname="bitaxe",
        capabilities=SETTABLE,
    )
    assert_same(bitaxe.parse_info(GAMMA_2_11_BETA, bitaxe.options_of(GAMMA_2_11_BETA, GAMMA_ASIC)), expected)
    fallen = replace(
        expected,
        hashrate_ghs=1074.3124,
        fan_percent=48.2999992370605,
        pool_url="fallback.example:3333",
        pool_user="fallback." + WALLET,
        firmware="v2.12.2",
        capabilities=SETTABLE | {Capability.IDENTIFY},
    )
    assert_same(
        bitaxe.parse_info(GAMMA_2_12_ON_FALLBACK, bitaxe.options_of(GAMMA_2_12_ON_FALLBACK, GAMMA_ASIC)), fallen
    )


def test_a_fork_on_a_board_of_six_chips():
    options = bitaxe.options_of(SUPRA_HEX_TCH, None)
    expected = Reading(
        state=State.MINING,
        hashrate_ghs=4105.75,
        expected_hashrate_ghs=4019.4,  # 525 MHz × 1276 cores × 6 chips
        power_w=94.5,
        temperature_c=56.25,
        vr_temperature_c=61,
        fan_rpm=4210,
        fan_percent=55,
        frequency_mhz=525,
        core_voltage_mv=1166,
        mode="custom",  # turbo has more voltage
        accepted=5120,
        rejected=9,
        best_difficulty=18.4e9,
        uptime_s=610_000,
        rssi_dbm=-48,
        pool_url="pool.example:21496",
        pool_user=WALLET,
        firmware="2.7.0-TCH",
        model="Bitaxe SupraHex 702",
        mac=MAC,
        hostname="suprahex",
        capabilities=SETTABLE,
    )
    assert_same(bitaxe.parse_info(SUPRA_HEX_TCH, options), expected)
    assert settings_of(options) == {
        "eco": (400, 1100),
        "standard": (490, 1166),
        "turbo": (525, 1200),
        "oc": (575, 1250),
    }


def test_nerdos_1_1():
    options = nerdqaxe.options_of(NERD_1_1, NERD_1_1_ASIC)
    expected = Reading(
        state=State.MINING,
        hashrate_ghs=5298.75,
        expected_hashrate_ghs=5304,  # 650 MHz × 2040 cores × 4 chips
        power_w=97.25,
        temperature_c=57.5,
        vr_temperature_c=54.5,
        fan_rpm=2011,
        fan_percent=61,
        frequency_mhz=650,
        core_voltage_mv=1170,
        mode="custom",
        accepted=7311,
        rejected=4,
        best_difficulty=90_112_233_445,
        uptime_s=90_173,
        rssi_dbm=-58,
        pool_url="pool.example:21496",
        pool_user=WALLET,
        firmware="v1.1.0-beta1",
        model="NerdQAxe++",
        mac="02:00:00:00:00:02",
        hostname="nerd",
        capabilities=SETTABLE | {Capability.SHUTDOWN},
    )
    assert_same(nerdqaxe.parse_info(NERD_1_1, options), expected)
    stock = (600, 1150)
    assert settings_of(options) == {"eco": (495, 1130), "standard": stock, "turbo": stock, "oc": stock}


def test_a_clone_that_counts_in_hashes_and_tells_no_chips_is_read_and_not_tuned():
    options = nerdqaxe.options_of(CLONE, None)
    expected = Reading(
        state=State.MINING,
        hashrate_ghs=13_250.5000000005,
        power_w=218.5,
        temperature_c=60,
        vr_temperature_c=54,
        fan_rpm=3150,
        fan_percent=60,
        frequency_mhz=700,
        accepted=8001,
        rejected=40,
        best_difficulty=412e6,
        pool_url="pool.example:21496",
        pool_user=WALLET,
        firmware="V1.0.0",
        model="JMBTCHashcard",
        mac="02:00:00:00:00:04",
        hostname="clone",
        capabilities=frozenset({Capability.POOL, Capability.RESTART}),
    )
    assert_same(nerdqaxe.parse_info(CLONE, options), expected)
    assert (options.modes, options.frequencies_mhz, options.core_voltages_mv) == ({}, (), ())


@pytest.mark.parametrize(("power", "ghs"), [(499, 13_250.5), (None, 13_250.5), (500, None)])
def test_only_what_draws_little_is_believed_to_count_in_hashes(power: float | None, ghs: float | None):
    info = CLONE | {"hashRate": 13_250.5e9, "power": power}
    assert nerdqaxe.parse_info(info, nerdqaxe.options_of(info, None)).hashrate_ghs == ghs


def test_an_asic_that_nobody_knows_is_expected_to_do_what_its_cores_can():
    info = SUPRA_HEX_TCH | {"ASICModel": "BM1399", "boardVersion": "990", "smallCoreCount": 3000}
    reading = bitaxe.parse_info(info, bitaxe.options_of(info, None))
    assert reading.expected_hashrate_ghs == 525 * 3000 * 6 / 1000
    assert reading.capabilities == {Capability.POOL, Capability.RESTART}
    info = CLONE | {"smallCoreCount": 2040, "asicCount": 10}
    assert nerdqaxe.parse_info(info, nerdqaxe.options_of(info, None)).expected_hashrate_ghs == 700 * 2040 * 10 / 1000


@pytest.mark.parametrize(
    ("written", "difficulty"),
    [
        ("0", 0),
        ("483k", 483e3),
        ("483K", 483e3),
        ("5.03M", 5.03e6),
        ("4.29G", 4.29e9),
        ("572.14 M", 572.14e6),
        ("1.5T", 1.5e12),
        ("2P", 2e15),
        ("1.25E", 1.25e18),
        (49_224_525, 49_224_525),
        (1.37e10, 1.37e10),
        ("", None),
        ("N/A", None),
        (-1, None),
    ],
)
def test_best_difficulty_in_every_spelling(written: object, difficulty: float | None):
    reading = bitaxe.parse_info(AXEOS_2_15 | {"bestDiff": written}, bitaxe.options_of(AXEOS_2_15, GAMMA_ASIC))
    assert reading.best_difficulty == (None if difficulty is None else pytest.approx(difficulty))


@pytest.mark.parametrize("key", ["temp", "vrTemp"])
@pytest.mark.parametrize("sentinel", [-1, 0, -1.0, 0.0, -273, None, "", False])
def test_a_sensor_that_is_not_there_tells_no_temperature(key: str, sentinel: object):
    reading = bitaxe.parse_info(AXEOS_2_15 | {key: sentinel}, bitaxe.options_of(AXEOS_2_15, GAMMA_ASIC))
    assert (reading.temperature_c if key == "temp" else reading.vr_temperature_c) is None


@pytest.mark.parametrize(("written", "fallback"), [(1, True), (0, False), (True, True), (False, False), ("1", True)])
def test_the_flag_of_the_fallback_in_every_type(written: object, fallback: bool):
    info = AXEOS_2_15 | {"isUsingFallbackStratum": written}
    url = "fallback.example:3333" if fallback else "pool.example:21496"
    assert bitaxe.parse_info(info, bitaxe.options_of(info, GAMMA_ASIC)).pool_url == url


@pytest.mark.parametrize(("fallback", "url"), [(0, "pool.example:21496"), (1, "fallback.example:3333")])
def test_without_its_flat_keys_the_list_tells_the_pool(fallback: int, url: str):
    flat = ("stratumURL", "stratumPort", "stratumUser")
    info = {key: value for key, value in AXEOS_2_15.items() if key not in flat}
    info["isUsingFallbackStratum"] = fallback
    reading = bitaxe.parse_info(info, bitaxe.options_of(info, GAMMA_ASIC))
    assert (reading.pool_url, reading.pool_user) == (url, WALLET)


@pytest.mark.parametrize(("key", "words"), [("power_fault", "Power fault"), ("hardware_fault", "ASIC not found")])
def test_a_fault_under_either_name(key: str, words: str):
    both = {"power_fault": "", "hardware_fault": ""} | {key: words}
    assert bitaxe.parse_info(AXEOS_2_15 | both, bitaxe.options_of(AXEOS_2_15, None)).fault == words


@pytest.mark.parametrize(
    ("board", "asic", "model", "chips"),
    [
        ("102", "BM1397", "Max", 1),
        ("2.2", "BM1397", "Max", 1),
        ("204", "BM1366", "Ultra", 1),
        ("302", "BM1366", "Hex", 6),
        ("303", "BM1366", "Hex", 6),
        ("401", "BM1368", "Supra", 1),
        ("600", "BM1370", "Gamma", 1),
        ("603", "BM1370", "Gamma", 1),
        ("650", "BM1370", "GammaDuo", 2),
        ("701", "BM1368", "SupraHex", 6),
        ("702", "BM1368", "SupraHex", 6),
        ("801", "BM1370", "GammaTurbo", 2),
    ],
)
def test_every_board_is_known_by_its_number(board: str, asic: str, model: str, chips: int):
    options = bitaxe.options_of({"ASICModel": asic, "boardVersion": board, "version": "v2.6.0"}, None)
    assert options.model == f"Bitaxe {model} {board}"
    cores = {"BM1397": 672, "BM1366": 894, "BM1368": 1276, "BM1370": 2040}[asic]
    standard = options.modes["standard"]
    assert standard.frequency_mhz is not None
    assert standard.hashrate_ghs == pytest.approx(standard.frequency_mhz * cores * chips / 1000, abs=0.1)


@pytest.mark.parametrize(
    ("info", "kind"),
    [(AXEOS_2_0, "bitaxe"), (NERD_1_0_14, "nerdqaxe"), (CLONE, "nerdqaxe"), (SUPRA_HEX_TCH, "bitaxe")],
)
def test_who_is_who(info: dict[str, object], kind: str):
    assert of_info(info) == kind


def test_a_pool_of_a_nerdqaxe_on_stratum_v2_is_brought_back_in_its_own_type():
    change = nerdqaxe.pool_change(
        NERD_1_0_36 | {"stratumProtocol": 1}, PoolEndpoint(host="a.example", port=1, user="b")
    )
    assert change["stratumProtocol"] == 0
    assert type(change["stratumProtocol"]) is int


@pytest.mark.parametrize("opened", [True, False])
@given(info=damaged(NERD_1_1 | {"otp": True}), asic=st.none() | damaged(NERD_1_1_ASIC))
def test_a_damaged_answer_of_nerdos_is_read_or_refused(opened: bool, info: Payload, asic: Payload | None):
    outcome(lambda: nerdqaxe.parse_info(info, nerdqaxe.options_of(info, asic), opened=opened))


@pytest.mark.parametrize("whole", [GAMMA_2_11_BETA, SUPRA_HEX_TCH], ids=["beta", "fork"])
@given(data=st.data())
def test_a_damaged_answer_of_other_generations_is_read_or_refused(whole: Payload, data: st.DataObject):
    info = data.draw(damaged(whole))
    outcome(lambda: bitaxe.parse_info(info, bitaxe.options_of(info, None)))


@given(damaged(NERD_1_1))
def test_a_pool_change_of_a_nerdqaxe_has_only_the_types_it_takes(info: Payload):
    change = nerdqaxe.pool_change(info, PoolEndpoint(host="a.example", port=3333, user="b"))
    assert all(nerdqaxe_fields.takes(key, value) for key, value in change.items())
