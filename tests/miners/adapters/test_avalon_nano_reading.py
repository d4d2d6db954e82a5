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


@pytest.mark.parametrize(
    ("line", "version"),
    [
        (NANO3_LINE, {"PROD": "Avalonnano", "MODEL": "nano3"}),
        (NANO3_LINE, {"PROD": "Avalon0o", "MODEL": "0o3"}),
        (NANO3_LINE.replace("nano3-24071801", "0o3-24071801"), {"PROD": "Avalon0o", "MODEL": "0o3"}),
        (NANO3_LINE.replace("nano3-24071801", "Nano3-25103101"), {}),
        (NANO3_LINE.replace(" Ver[nano3-24071801_42c628d]", ""), {"MODEL": "nano3"}),
    ],
)
def test_a_nano_3_is_known_by_every_name_its_factory_gave_it(line: str, version: Payload):
    reading = parse_joined(joined(line, version))
    assert (reading.model, reading.power_w, reading.mode) == ("Avalon Nano 3", 92, "med")


def test_a_nano_3_that_names_no_model_is_known_by_its_statistics():
    answer = joined(NANO3_LINE.replace(" Ver[nano3-24071801_42c628d]", ""), {})
    answer["estats"][0]["STATS"][0]["ID"] = "AVANANO0"
    assert parse_joined(answer).model == "Avalon Nano 3"


def test_an_update_that_adds_a_mac_does_not_change_who_a_nano_3_is():
    assert parse_joined(joined(NANO3_LINE, {"MODEL": "nano3", "MAC": "020000000009"})).mac == "02010000d89a0001"


@pytest.mark.parametrize("dna", ["020100", "not a number at all", "02010000d89ada9" * 9, ""])
def test_an_identity_that_cannot_be_one_is_none(dna: str):
    assert parse_joined(joined(NANO3_LINE.replace("02010000d89a0001", dna), {})).mac is None


@pytest.mark.parametrize(
    ("rssi", "dbm"), [("RSSI[-55]", -55), ("RSSI[0]", None), ("RSSI[]", None), ("RSSI[31]", None), ("", None)]
)
def test_the_wifi_is_that_of_litestats(rssi: str, dbm: int | None):
    lite = {"litestats": [{"STATS": [{"MM ID0": f"SSID[a] {rssi} NetDevType[1]"}]}]}
    assert parse_joined(NANO3S | lite).rssi_dbm == dbm


def test_litestats_that_a_nano_does_not_know_cost_nothing():
    refused = {"litestats": [{"STATUS": [{"STATUS": "E", "Code": 14, "Msg": "Invalid command"}]}]}
    assert parse_joined(NANO3S | refused) == parse_joined(NANO3S)


def test_numbers_that_are_none_are_unknown():
    odd = joined(NANO3S_LINE.replace("6423.03", "nan").replace("GHSmm[6580.20]", "GHSmm[inf]"), {}, **{"MHS 5m": None})
    reading = parse_joined(odd)
    assert (reading.hashrate_ghs, reading.expected_hashrate_ghs) == (None, None)


def test_a_missing_section_costs_only_its_own_values():
    reading = parse_joined({key: NANO3S[key] for key in ("estats", "id")})
    assert reading.power_w == 132
    assert (reading.accepted, reading.pool_url, reading.mac) == (None, None, None)


def test_an_empty_identity_is_none():
    line = NANO3_LINE.replace("HDNA[02010000d89a0001]", "HDNA[0000000000000000]")
    assert parse_joined(joined(line, {})).mac is None


def test_a_stranger_that_tells_its_mac_is_told_apart_by_it():
    with pytest.raises(Garbled) as caught:
        parse_joined(joined("Ver[Q-25052801_14a19a2]", {"PROD": "Avalon Q", "MAC": "02:00:00:00:00:0Q"}))
    assert caught.value.mac is None
    with pytest.raises(Garbled) as caught:
        parse_joined(joined("Ver[Q-25052801_14a19a2]", {"PROD": "Avalon Q", "MAC": "020000000011"}))
    assert caught.value.mac == "02:00:00:00:00:11"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (joined("Ver[Q-25052801_14a19a2] GHSspd[0.00]", {"PROD": "Avalon Q"}), "Avalon Q"),
        (joined("Ver[1246-83-21072802] GHSspd[81072]", {}), "1246-83-21072802"),
        ({"version": [{"VERSION": [{"Type": "Antminer S19 Pro"}]}]}, "Antminer S19 Pro"),
        ({"code": 0, "desc": "get.device.info", "msg": {"miner": {"type": "M60S_VK40"}}}, "M60S_VK40"),
        ({"STATS": [{"Type": "Antminer S19 Pro"}]}, "Antminer S19 Pro"),
        ({"STATUS": "E", "Msg": "invalid cmd", "Description": "whatsminer v1.4.0"}, "whatsminer v1.4.0"),
        ({"STATUS": [{"STATUS": "E", "Code": 14, "Description": "bdminer 4.11.1"}]}, "bdminer 4.11.1"),
        ({}, "an unknown device"),
    ],
)
def test_another_miner_at_this_address_is_named(answer: Payload, words: str):
    with pytest.raises(Garbled, match=f"answers like {words}"):
        parse_joined(answer)
