from __future__ import annotations

import pytest

from miners.adapters.nmminer.readings import parse_broadcast, parse_info
from miners.contract import Capability, Garbled, State
from tests.miners.adapters.payloads import (
    AXEOS_2_15,
    NERD_1_0_36,
    NM_0_3,
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


def test_an_nmaxe_that_broadcasts_is_read_but_not_commanded():
    said = NM_1_8 | {"BoardType": "NMAxe-Gamma", "HashRate": "1.2153TH/s", "Power": "17.9W", "Version": "v2.9.31"}
    reading = parse_broadcast(said)
    assert reading.hashrate_ghs == pytest.approx(1215.3)
    assert reading.power_w == 17.9
    assert reading.capabilities == frozenset()


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
