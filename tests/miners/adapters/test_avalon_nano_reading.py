from __future__ import annotations

import pytest

from miners.adapters.avalon_nano.reading import parse_joined
from miners.contract import Capability, Garbled, State
from tests.miners.adapters.payloads import NANO3, NANO3_LINE, NANO3S, NANO3S_LINE, WALLET, Payload, joined


def test_a_nano_3s_draws_its_seventh_number_of_watts():
    reading = parse_joined(NANO3S)
    assert reading.state is State.MINING
    assert reading.power_w == 132
    assert reading.hashrate_ghs == 6423.03
    assert reading.expected_hashrate_ghs == 6580.2
    assert reading.temperature_c == 90
    assert (reading.fan_rpm, reading.fan_percent) == (1720, 36)
    assert reading.frequency_mhz == 450.95
    assert reading.mode == "high"
    assert (reading.accepted, reading.rejected, reading.best_difficulty) == (2567, 1, 111_181_383)
    assert reading.uptime_s == 15_940
    assert (reading.model, reading.firmware) == ("Avalon Nano 3S", "25021401_56abae7")
    assert reading.mac == "02:00:00:00:00:03"
    assert reading.fault is None


def test_a_nano_3_draws_its_sixth_and_has_no_mac_and_no_frequency():
    reading = parse_joined(NANO3)
    assert reading.power_w == 92
    assert reading.mode == "med"
    assert reading.hashrate_ghs == 3332.4
    assert reading.frequency_mhz is None
    assert (reading.model, reading.firmware) == ("Avalon Nano 3", "24071801_42c628d")
    assert reading.mac == "02010000d89a0001"


def test_a_nano_cannot_be_switched_off():
    assert parse_joined(NANO3S).capabilities == {Capability.MODE, Capability.POOL, Capability.RESTART}
    assert parse_joined(NANO3).capabilities == parse_joined(NANO3S).capabilities


def test_the_active_pool_is_the_one_that_says_so():
    reading = parse_joined(NANO3S)
    assert reading.pool_url == "second.example:3334"
    assert reading.pool_user == WALLET


def test_its_modes_are_three_levels_with_expected_watts():
    options = parse_joined(NANO3S).options
    assert options is not None
    assert [(name, preset.level) for name, preset in options.modes.items()] == [("low", 0), ("med", 1), ("high", 2)]
    watts = [preset.power_w for preset in options.modes.values()]
    assert watts == sorted(watts)


def changed(old: str, new: str, line: str = NANO3S_LINE) -> Payload:
    assert old in line
    return joined(line.replace(old, new), {})


@pytest.mark.parametrize(
    ("old", "new"),
    [("3678 132]", "3678 3]"), ("3678 132]", "3678 3678]"), ("3678 132]", "3678]"), ("PS[0 0 27697", "XX[0 0 27697")],
)
def test_absurd_watts_are_unknown(old: str, new: str):
    assert parse_joined(changed(old, new)).power_w is None


def test_idle_is_paused():
    assert parse_joined(changed("In Work", "In Idle")).state is State.PAUSED
    assert parse_joined(changed("SoftOFF[0]", "SoftOFF[4]")).state is State.PAUSED


def test_a_nano_that_calibrates_is_mining_with_what_it_has():
    reading = parse_joined(changed("GHSspd[6423.03]", "GHSspd[0.00]"))
    assert (reading.state, reading.hashrate_ghs) == (State.MINING, 0)


def test_the_eco_sublevel_of_a_3s_is_not_its_mode():
    assert parse_joined(changed("WORKMODE[2] WORKLEVEL[0]", "WORKLEVEL[0]")).mode is None
    assert parse_joined(changed("WORKMODE[2]", "WORKMODE[0]")).mode == "low"
    assert parse_joined(changed("WORKMODE[2]", "WORKMODE[7]")).mode == "custom"


def test_hardware_codes_are_told():
    assert parse_joined(changed("ECHU[0]", "ECHU[512]")).fault == "ECHU[512]"


def test_absent_sensors_are_unknown():
    assert parse_joined(changed("TAvg[90]", "TAvg[-273]")).temperature_c is None


def test_the_factorys_cut_model_name_is_enough_without_statistics():
    told = NANO3 | {"estats": [{"STATUS": [{"STATUS": "E"}]}]}
    reading = parse_joined(told)
    assert reading.model == "Avalon Nano 3"
    assert reading.state is State.UNKNOWN
    assert reading.hashrate_ghs == pytest.approx(6840.3415)


def test_a_missing_section_costs_only_its_own_values():
    reading = parse_joined({key: NANO3S[key] for key in ("estats", "id")})
    assert reading.power_w == 132
    assert (reading.accepted, reading.pool_url, reading.mac) == (None, None, None)


def test_an_empty_identity_is_none():
    line = NANO3_LINE.replace("HDNA[02010000d89a0001]", "HDNA[0000000000000000]")
    assert parse_joined(joined(line, {})).mac is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (joined("Ver[Q-25052801_14a19a2] GHSspd[0.00]", {"PROD": "Avalon Q"}), "Avalon Q"),
        (joined("Ver[1246-83-21072802] GHSspd[81072]", {}), "1246-83-21072802"),
        ({"version": [{"VERSION": [{"Type": "Antminer S19 Pro"}]}]}, "Antminer S19 Pro"),
        ({"STATUS": "E", "Msg": "invalid cmd", "Description": "whatsminer v1.4.0"}, "whatsminer v1.4.0"),
        ({"STATUS": [{"STATUS": "E", "Code": 14, "Description": "bdminer 4.11.1"}]}, "bdminer 4.11.1"),
        ({}, "an unknown device"),
    ],
)
def test_another_miner_at_this_address_is_named(answer: Payload, words: str):
    with pytest.raises(Garbled, match=f"answers like {words}"):
        parse_joined(answer)
