from __future__ import annotations

import pytest

from miners.adapters.bitaxe.info import options_of, parse_info
from miners.contract import Capability, Garbled, Reading, State
from tests.miners.adapters import payloads
from tests.miners.adapters.payloads import GAMMA_ASIC, MAC, WALLET, Payload

ALWAYS = {Capability.MODE, Capability.TUNE, Capability.POOL, Capability.RESTART}


def read(info: Payload, asic: Payload | None = None) -> Reading:
    return parse_info(info, options_of(info, asic))


def test_axeos_2_0_tells_little_and_nothing_is_made_up():
    reading = read(payloads.AXEOS_2_0)
    assert reading.state is State.MINING
    assert reading.hashrate_ghs == 432.5
    assert reading.expected_hashrate_ghs == pytest.approx(485 * 894 / 1000)
    assert reading.power_w == 12.4
    assert (reading.temperature_c, reading.vr_temperature_c) == (55, None)
    assert (reading.fan_rpm, reading.fan_percent) == (4100, None)
    assert reading.best_difficulty == 12.3e6
    assert reading.pool_url == "pool.example:3333"
    assert reading.pool_user == WALLET
    assert reading.mode == "standard"
    assert (reading.mac, reading.rssi_dbm, reading.fault) == (None, None, None)
    assert reading.capabilities == ALWAYS


def test_axeos_2_4_counts_in_thousands_with_a_small_k():
    reading = read(payloads.AXEOS_2_4)
    assert reading.best_difficulty == 483_000
    assert reading.expected_hashrate_ghs == pytest.approx(490 * 1276 / 1000)
    assert reading.model == "Bitaxe Supra 401"
    assert reading.mac == MAC
    assert (reading.frequency_mhz, reading.core_voltage_mv, reading.mode) == (490, 1166, "standard")


def test_a_hex_has_six_chips_whatever_it_says():
    reading = read(payloads.AXEOS_2_6_HEX)
    assert reading.expected_hashrate_ghs == pytest.approx(525 * 894 * 6 / 1000)
    assert reading.model == "Bitaxe Hex 302"
    assert reading.mac == MAC
    assert reading.fault is None


def test_axeos_2_10_spells_difficulty_with_a_space_and_mines_at_its_fallback():
    reading = read(payloads.AXEOS_2_10)
    assert reading.best_difficulty == pytest.approx(572.14e6)
    assert reading.pool_url == "fallback.example:3333"
    assert reading.pool_user == "fallback." + WALLET
    assert reading.mode == "custom"
    assert reading.rssi_dbm == -69


def test_axeos_2_12_has_means_and_fractions_of_fan_speed():
    reading = read(payloads.AXEOS_2_12)
    assert reading.hashrate_ghs == 1088.94
    assert reading.expected_hashrate_ghs == 1071
    assert reading.fan_percent == 48.5
    assert reading.best_difficulty == 49_224_525
    assert reading.capabilities == ALWAYS | {Capability.IDENTIFY}


def test_axeos_2_14_can_be_paused():
    reading = read(payloads.AXEOS_2_14, GAMMA_ASIC)
    assert reading.state is State.MINING
    assert reading.capabilities == ALWAYS | {Capability.IDENTIFY, Capability.PAUSE}
    assert (reading.frequency_mhz, reading.mode) == (525, "standard")


def test_a_paused_device_is_paused_not_mining_at_yesterdays_mean():
    reading = read(payloads.AXEOS_2_15_PAUSED, GAMMA_ASIC)
    assert reading.state is State.PAUSED
    assert reading.hashrate_ghs == 0
    assert reading.power_w == 2.1
    assert reading.temperature_c is None
    assert reading.vr_temperature_c == 38
    assert reading.mode == "standard"


@pytest.mark.parametrize("paused", [True, 1, "true"])
def test_paused_is_understood_in_every_type(paused: object):
    assert read(payloads.AXEOS_2_15 | {"miningPaused": paused}).state is State.PAUSED


def test_a_device_that_just_booted_is_mining_with_nothing_yet():
    reading = read(payloads.AXEOS_2_15 | {"hashRate": 0, "hashRate_1m": 0, "hashRate_10m": 0, "uptimeSeconds": 3})
    assert reading.state is State.MINING
    assert reading.hashrate_ghs == 0


def test_a_stalled_device_does_not_live_on_its_ten_minute_mean():
    assert read(payloads.AXEOS_2_15 | {"hashRate": 0, "hashRate_1m": 0, "hashRate_10m": 1072}).hashrate_ghs == 0


def test_an_overheat_latch_and_a_fault_are_told():
    reading = read(payloads.AXEOS_2_10 | {"overheat_mode": 1, "power_fault": "Power fault\r\n"})
    assert reading.overheated
    assert reading.fault == "Power fault"
    assert read(payloads.AXEOS_2_15 | {"hardware_fault": "ASIC not found"}).fault == "ASIC not found"


def test_a_missing_key_is_unknown_not_zero():
    reading = read({"ASICModel": "BM1370", "boardVersion": "601"})
    told = ("hashrate_ghs", "power_w", "accepted", "rejected", "uptime_s", "frequency_mhz", "mode", "pool_url")
    assert [getattr(reading, name) for name in told] == [None] * len(told)


def test_a_clone_that_counts_in_hashes_is_understood():
    assert read(payloads.AXEOS_2_10 | {"hashRate": 1.07e12}).hashrate_ghs == pytest.approx(1070)


def test_options_of_the_device_win_over_the_catalogue():
    asic = GAMMA_ASIC | {"defaultFrequency": 490, "defaultVoltage": 1200, "voltageOptions": [1100, 1200, 1300]}
    modes = options_of(payloads.AXEOS_2_15, asic).modes
    assert (modes["standard"].frequency_mhz, modes["standard"].core_voltage_mv) == (490, 1200)
    assert modes["oc"].core_voltage_mv == 1300


def test_expected_power_and_hashrate_of_a_mode_follow_frequency_and_voltage():
    modes = options_of(payloads.AXEOS_2_15, GAMMA_ASIC).modes
    assert modes["standard"].power_w == 18.8
    assert modes["standard"].hashrate_ghs == 1071
    assert modes["eco"].power_w == pytest.approx(18.8 * 400 / 525 * (1000 / 1150) ** 2, abs=0.05)
    assert modes["eco"].hashrate_ghs == 816


def test_a_firmware_without_options_gets_those_of_its_board():
    options = options_of(payloads.AXEOS_2_4, None)
    assert options.modes["standard"].core_voltage_mv == 1166
    assert options.frequencies_mhz[0] == 400


def test_an_unknown_board_is_taken_for_others_with_its_asic():
    options = options_of({"ASICModel": "BM1370", "boardVersion": "990", "asicCount": 3, "version": "v2.8"}, None)
    assert options.model == "Bitaxe BM1370 990"
    assert options.modes["standard"].hashrate_ghs == 3 * 1071


def test_a_board_nobody_knows_offers_nothing_that_was_invented():
    options = options_of({"ASICModel": "BM9999", "boardVersion": "990"}, None)
    assert (options.modes, options.frequencies_mhz) == ({}, ())
    options = options_of({"ASICModel": "BM9999"}, GAMMA_ASIC)
    assert options.modes["oc"].frequency_mhz == 625
    assert options.modes["oc"].power_w is None


def test_hostile_options_are_left_out():
    asic = {"frequencyOptions": ["x", -5, 1e9, None, True, "500"], "voltageOptions": "1100", "defaultFrequency": []}
    options = options_of(payloads.AXEOS_2_15, asic)
    assert options.frequencies_mhz == (500,)
    assert options.core_voltages_mv == (1000, 1060, 1100, 1150, 1200, 1250)


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (payloads.NERD_1_0_30, "answers like nerdqaxe"),
        (payloads.NERD_1_0_14, "answers like nerdqaxe"),
        (payloads.NMAXE_3, "answers like NMAxe"),
        (payloads.NMAXE_3 | {"ASICModel": "BM1370", "boardVersion": "1.0"}, "answers like NMAxe"),
        (payloads.NM_2_0, "answers like nmminer"),
        ({"data": 1}, "answers like an unknown device"),
        ({}, "answers like an unknown device"),
    ],
)
def test_another_device_at_this_address_is_named(info: Payload, words: str):
    with pytest.raises(Garbled, match=words):
        read(info)
