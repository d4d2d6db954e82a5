from __future__ import annotations

import pytest

from miners.adapters.nmminer.readings import parse_broadcast, parse_info, parse_swarm
from miners.contract import Capability, Garbled, State
from tests.miners.adapters.payloads import (
    AXEOS_2_15,
    NERD_1_0_36,
    NM_0_3,
    NM_1_7_SWARM,
    NM_1_8,
    NM_2_0,
    NM_CONFIG,
    NMAXE_3,
    WALLET,
    Payload,
)


def test_firmware_0_3_shows_thousands_without_a_unit():
    reading = parse_broadcast(NM_0_3)
    assert reading.state is State.MINING
    assert reading.hashrate_ghs == pytest.approx(0.00011313)
    assert (reading.rejected, reading.accepted) == (1, 138)
    assert reading.best_difficulty == pytest.approx(4.021e6)
    assert reading.uptime_s == 5026
    assert reading.temperature_c == 48.5
    assert reading.capabilities == frozenset()  # nothing listens before 1.5.01


def test_firmware_1_8_shows_this_session_and_ever():
    reading = parse_broadcast(NM_1_8)
    assert reading.hashrate_ghs == pytest.approx(0.0010154)
    assert (reading.rejected, reading.accepted) == (2, 41)
    assert reading.best_difficulty == pytest.approx(4.021e6)
    assert reading.uptime_s == 22 * 60 + 57
    assert reading.temperature_c is None
    assert (reading.rssi_dbm, reading.firmware) == (-62, "v1.8.10")
    assert (reading.pool_url, reading.pool_user) == ("pool.example:21496", None)
    assert reading.capabilities == {Capability.POOL}


@pytest.mark.parametrize(
    ("pool", "user"),
    [("pool.example:21496", WALLET), ("fallback.example:3333", "fallback." + WALLET), ("else.example:1", None)],
)
def test_its_configuration_tells_the_worker_of_the_pool_in_use(pool: str, user: str | None):
    assert parse_broadcast(NM_1_8 | {"PoolInUse": pool}, NM_CONFIG).pool_user == user


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"BoardType": "NMAxe-Gamma", "Power": "17.9W"}, "broadcasts like NMAxe-Gamma"),
        ({"BoardType": "nmaxe"}, "broadcasts like nmaxe"),
        ({"BoardType": "NMQAxe++", "Power": "78.1W"}, r"broadcasts like NMQAxe\+\+"),
        ({"BoardType": None, "Power": "17.9W"}, "broadcasts like an NMAxe"),
    ],
)
def test_an_nmaxe_has_an_asic_and_is_none_of_ours(changes: Payload, words: str):
    with pytest.raises(Garbled, match=words):
        parse_broadcast(NM_1_8 | {"HashRate": "1.2153TH/s", "Version": "v2.9.31"} | changes)


@pytest.mark.parametrize("key", ["ip", "IP", None])
def test_how_it_spells_its_address_makes_no_difference(key: str | None):
    said = {name: value for name, value in NM_1_8.items() if name != "ip"}
    assert parse_broadcast(said | ({key: "192.168.1.9"} if key else {})) == parse_broadcast(NM_1_8)


def test_newer_firmware_tells_its_name():
    assert parse_broadcast(NM_1_8 | {"Hostname": "nm-attic"}).hostname == "nm-attic"
    assert parse_broadcast(NM_1_8).hostname is None


@pytest.mark.parametrize(
    ("hashrate", "ghs"),
    [
        ("1.0154MH/s", 0.0010154),
        ("1013.4KH/s", 0.0010134),
        ("113.13K", 0.00011313),
        ("512 H/s", 5.12e-7),
        ("0.02GH/s", 0.02),
        ("0.0000H/s", 0),
        ("N/A", None),
        ("", None),
        ("5TH/s", None),  # no ESP32
        (7, 7e-9),
    ],
)
def test_every_spelling_of_its_hashrate(hashrate: object, ghs: float | None):
    assert parse_broadcast(NM_1_8 | {"HashRate": hashrate}).hashrate_ghs == (ghs and pytest.approx(ghs))


@pytest.mark.parametrize(("share", "pair"), [("2/41/95.3%", (2, 41)), ("1/138", (1, 138)), ("0/0/0.0%", (0, 0))])
def test_the_rejected_come_before_the_accepted(share: str, pair: tuple[int, int]):
    reading = parse_broadcast(NM_1_8 | {"Share": share})
    assert (reading.rejected, reading.accepted) == pair


@pytest.mark.parametrize(
    ("best", "difficulty"), [("1.024M\r4.021M", 4.021e6), ("0.000 /480.5K", 480_500), ("4.021M", 4.021e6), ("-", None)]
)
def test_the_best_difficulty_is_that_of_ever(best: str, difficulty: float | None):
    assert parse_broadcast(NM_1_8 | {"BestDiff": best}).best_difficulty == (difficulty and pytest.approx(difficulty))


@pytest.mark.parametrize(
    ("uptime", "seconds"),
    [("000d 00:22:57\r028d 18:25:01", 1377), ("00d 01:23:46", 5026), ("012d 03:04:05", 1_047_845), ("soon", None)],
)
def test_the_uptime_is_that_of_this_session(uptime: str, seconds: int | None):
    assert parse_broadcast(NM_1_8 | {"Uptime": uptime}).uptime_s == seconds


@pytest.mark.parametrize(("version", "takes"), [("v1.5.01", True), ("v1.5.00", False), ("v0.3.01", False), ("", False)])
def test_a_pool_can_be_sent_since_1_5_01(version: str, takes: bool):
    capabilities = parse_broadcast(NM_1_8 | {"Version": version}).capabilities
    assert capabilities == ({Capability.POOL} if takes else frozenset())


def test_firmware_1_7_lists_itself_among_its_neighbours_and_is_only_read():
    reading = parse_swarm(NM_1_7_SWARM, "127.0.0.1")
    assert (reading.hashrate_ghs, reading.rejected, reading.accepted) == (pytest.approx(0.00099322), 1, 40)
    assert (reading.best_difficulty, reading.uptime_s, reading.temperature_c) == (480_500, 1377, None)
    assert (reading.rssi_dbm, reading.firmware, reading.model) == (-61, "v1.7.06", "ESP32-2432S028R-2USB")
    assert (reading.pool_url, reading.capabilities) == ("pool.example:21496", frozenset())


@pytest.mark.parametrize("listed", [{}, {"devices": None}, {"devices": [7]}, {"devices": NM_1_7_SWARM["devices"][:1]}])
def test_a_list_of_others_is_no_reading(listed: Payload):
    with pytest.raises(Garbled, match="does not list itself"):
        parse_swarm(listed, "127.0.0.1")


@pytest.mark.parametrize("share", ["", "5", None, "a/b", 7])
def test_shares_that_cannot_be_read_are_unknown(share: object):
    reading = parse_broadcast(NM_1_8 | {"Share": share})
    assert (reading.rejected, reading.accepted) == (None, None)


def test_another_broadcast_on_this_port_is_garbled():
    with pytest.raises(Garbled, match="not that of an NMMiner"):
        parse_broadcast({"name": "a speaker"})


def test_firmware_2_serves_gigahashes():
    reading = parse_info(NM_2_0)
    assert reading.hashrate_ghs == pytest.approx(0.000956432)
    assert (reading.rejected, reading.accepted) == (2, 128)
    assert reading.best_difficulty == pytest.approx(1.7833)
    assert reading.uptime_s == 4321
    assert reading.temperature_c == 51.3
    assert (reading.pool_url, reading.pool_user) == ("pool.example:3333", WALLET)
    assert (reading.hostname, reading.firmware, reading.rssi_dbm) == ("nm-cyd", "v2.0.04", -52)
    assert reading.capabilities == {Capability.POOL, Capability.RESTART, Capability.IDENTIFY}


@pytest.mark.parametrize(
    ("info", "words"), [(NMAXE_3, "NMAxe"), (AXEOS_2_15, "bitaxe"), (NERD_1_0_36, "nerdqaxe"), ({}, "unknown")]
)
def test_another_device_on_the_same_path_is_named(info: Payload, words: str):
    with pytest.raises(Garbled, match=words):
        parse_info(info)
