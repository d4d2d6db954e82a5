from __future__ import annotations

import pytest

from miners.adapters.nerdqaxe import options_of, parse_info
from miners.contract import Capability, Garbled, Reading, State
from tests.miners.adapters import payloads
from tests.miners.adapters.payloads import NERD_1_0_30, NERD_1_0_36, NERD_ASIC, Payload

SETTINGS = {Capability.MODE, Capability.TUNE, Capability.POOL}


def read(info: Payload, asic: Payload | None = None) -> Reading:
    return parse_info(info, options_of(info, asic))


def stratum(**changes: object) -> Payload:
    return NERD_1_0_36 | {"stratum": NERD_1_0_36["stratum"] | changes}


def test_1_0_14_is_told_from_axeos_and_has_means_only():
    reading = read(payloads.NERD_1_0_14)
    assert reading.hashrate_ghs == 2479.9
    assert reading.best_difficulty == 4.12e9
    assert reading.mac is None


def test_1_0_30_says_in_a_flag_that_it_is_at_its_fallback():
    reading = read(NERD_1_0_30)
    assert reading.state is State.MINING
    assert reading.pool_url == "fallback.example:21496"
    assert reading.best_difficulty == 270e6
    assert reading.expected_hashrate_ghs == 4896
    assert (reading.power_w, reading.temperature_c, reading.vr_temperature_c) == (78.25, 54.75, 60)
    assert (reading.frequency_mhz, reading.core_voltage_mv, reading.mode) == (600, 1120, "custom")
    assert reading.capabilities == SETTINGS | {Capability.RESTART}
    assert reading.model == "NerdQAxe++"


def test_1_0_36_says_it_in_an_object_and_can_be_shut_down():
    reading = read(NERD_1_0_36, NERD_ASIC)
    assert reading.pool_url == "fallback.example:21496"
    assert reading.hashrate_ghs == 5511.29
    assert reading.best_difficulty == 13_790_464_144
    assert reading.rssi_dbm == -63
    assert reading.mode == "standard"
    assert reading.temperature_c == 54.75  # asicTemps are zeros on this board
    assert reading.capabilities == SETTINGS | {Capability.RESTART, Capability.SHUTDOWN}


@pytest.mark.parametrize(
    ("changes", "pool"),
    [
        ({"usingFallback": False}, "pool.example:3333"),
        ({"usingFallback": True}, "fallback.example:21496"),
        ({"activePoolMode": 1, "pools": [{"connected": True}, {"connected": True}]}, "pool.example:3333"),
        ({"activePoolMode": 1, "pools": [{"connected": False}, {"connected": True}]}, "fallback.example:21496"),
        ({"activePoolMode": 1, "pools": [{"connected": False}, {"connected": False}]}, "pool.example:3333"),
        ({"activePoolMode": 1, "pools": None, "usingFallback": True}, "fallback.example:21496"),
    ],
)
def test_the_pool_in_use_follows_the_pool_mode(changes: Payload, pool: str):
    assert read(stratum(**changes)).pool_url == pool


def test_a_board_that_was_shut_down_is_paused():
    reading = read(NERD_1_0_36 | {"shutdown": True, "hashRate": 0})
    assert reading.state is State.PAUSED
    assert reading.hashrate_ghs == 0


def test_shutdown_is_one_version_younger_than_its_key():
    assert Capability.SHUTDOWN not in read(NERD_1_0_36 | {"version": "v1.0.35"}).capabilities


def test_with_a_one_time_code_settings_are_out_of_reach():
    locked = read(NERD_1_0_36 | {"otp": True})
    assert locked.capabilities == {Capability.RESTART, Capability.SHUTDOWN, Capability.CODE}
    assert locked.needs_code
    assert read(NERD_1_0_36 | {"otp": True, "version": "v1.0.34"}).capabilities == {Capability.CODE}
    assert not read(NERD_1_0_36).needs_code


@pytest.mark.parametrize("version", ["v1.0.34", "v1.0.36", "v1.0.38-alpha9"])
def test_with_a_session_of_its_code_everything_is_in_reach(version: str):
    info = NERD_1_0_36 | {"otp": True, "version": version}
    reading = parse_info(info, options_of(info, NERD_ASIC), opened=True)
    assert reading.capabilities >= SETTINGS | {Capability.RESTART, Capability.CODE}
    assert not reading.needs_code


def test_a_clone_that_counts_in_hashes_is_understood():
    reading = read(NERD_1_0_30 | {"deviceModel": "JMBTCHashcard", "hashRate": 4.8e12})
    assert reading.hashrate_ghs == pytest.approx(4800)


def test_at_its_own_limit_it_is_overheated():
    assert read(NERD_1_0_30 | {"temp": 70}).overheated
    assert not read(NERD_1_0_30 | {"temp": 69.9}).overheated
    assert not read(NERD_1_0_30 | {"temp": 99, "overheat_temp": 0}).overheated


def test_its_modes_come_from_its_own_options_not_from_a_bitaxes():
    modes = options_of(NERD_1_0_36, NERD_ASIC).modes
    settings = {name: (preset.frequency_mhz, preset.core_voltage_mv) for name, preset in modes.items()}
    assert settings == {"eco": (500, 1120), "standard": (600, 1150), "turbo": (600, 1150), "oc": (600, 1150)}
    assert modes["standard"].power_w == 82
    assert modes["standard"].hashrate_ghs == 4896


def test_its_own_eco_setting_is_used_and_zero_means_none():
    eco = options_of(NERD_1_0_36, NERD_ASIC | {"ecoFrequency": 495, "ecoVoltage": 1100}).modes["eco"]
    assert (eco.frequency_mhz, eco.core_voltage_mv) == (495, 1100)
    eco = options_of(NERD_1_0_36, NERD_ASIC | {"ecoFrequency": 0, "ecoVoltage": 0}).modes["eco"]
    assert (eco.frequency_mhz, eco.core_voltage_mv) == (500, 1120)


def test_before_its_options_can_be_asked_its_defaults_are_in_the_info():
    modes = options_of(NERD_1_0_30 | {"defaultFrequency": 575}, None).modes
    assert modes["standard"].frequency_mhz == 575
    assert modes["oc"].frequency_mhz == 600


def test_a_sibling_is_scaled_by_its_number_of_chips():
    sibling = NERD_1_0_30 | {"deviceModel": "NerdOctaxe", "asicCount": 8}
    assert options_of(sibling, None).modes["standard"].hashrate_ghs == 2 * 4896


@pytest.mark.parametrize("info", [payloads.AXEOS_2_15, payloads.NMAXE_3, {}])
def test_another_device_at_this_address_is_garbled(info: Payload):
    with pytest.raises(Garbled, match="Not a nerdqaxe"):
        read(info)
