from __future__ import annotations

import pytest

from miners.adapters.bitaxe.pools import change
from miners.contract import PoolEndpoint, Refused
from tests.miners.adapters.payloads import AXEOS_2_10, AXEOS_2_12, AXEOS_2_14, AXEOS_2_15, WALLET

NEW = PoolEndpoint(host="new.example", port=3335, user="me.rig", password="d=1")


def test_the_old_way_is_a_bare_host_a_port_and_a_worker():
    assert change(AXEOS_2_12, NEW) == {
        "stratumURL": "new.example",
        "stratumPort": 3335,
        "stratumUser": "me.rig",
        "stratumPassword": "d=1",
    }


def test_a_fallback_that_was_chosen_is_let_go():
    assert change(AXEOS_2_10, NEW)["useFallbackStratum"] == 0


def test_tls_is_said_where_the_firmware_knows_it_and_refused_where_not():
    tls = PoolEndpoint(host="new.example", port=3335, user="me.rig", tls=True)
    assert change(AXEOS_2_14, tls)["stratumTLS"] == 1
    assert change(AXEOS_2_14, NEW)["stratumTLS"] == 0
    with pytest.raises(Refused, match="TLS"):
        change(AXEOS_2_12, tls)


def test_a_device_on_stratum_v2_is_brought_back():
    assert change(AXEOS_2_14 | {"stratumProtocol": "SV2"}, NEW)["stratumProtocol"] == "SV1"


def test_the_list_gets_the_pool_in_its_primary_slot_with_what_was_set_there():
    assert change(AXEOS_2_15, NEW) == {
        "pools": [
            {
                "id": 0,
                "stratumProtocol": "SV1",
                "stratumURL": "new.example",
                "stratumPort": 3335,
                "stratumUser": "me.rig",
                "stratumPassword": "d=1",
                "stratumTLS": 0,
                "stratumSuggestedDifficulty": 1000,
                "stratumExtranonceSubscribe": False,
                "stratumDecodeCoinbase": True,
            }
        ],
        "primaryPoolIndex": 0,
    }


def test_a_pool_that_is_listed_changes_places_with_the_primary_one():
    listed = PoolEndpoint(host="Fallback.Example", port=3333, user=WALLET)
    values = change(AXEOS_2_15, listed)
    assert values["primaryPoolIndex"] == 1
    assert values["secondaryPoolIndex"] == 0
    assert [entry["id"] for entry in values["pools"]] == [1]  # type: ignore[attr-defined]


def test_a_damaged_list_is_written_all_the_same():
    values = change(AXEOS_2_15 | {"pools": [None, 3, {"id": "x"}], "primaryPoolIndex": 99}, NEW)
    assert values["primaryPoolIndex"] == 0
    assert values["pools"][0]["stratumURL"] == "new.example"  # type: ignore[index]


def test_a_certificate_stays_with_the_pool_it_belongs_to():
    first = AXEOS_2_15["pools"][0] | {"stratumTLS": 2, "stratumCert": "-----BEGIN"}
    info = AXEOS_2_15 | {"pools": [first, AXEOS_2_15["pools"][1]]}
    same = PoolEndpoint(host="pool.example", port=21496, user=WALLET, tls=True)
    [entry] = change(info, same)["pools"]  # type: ignore[misc]
    assert (entry["stratumTLS"], entry["stratumCert"]) == (2, "-----BEGIN")
    [entry] = change(info, PoolEndpoint(host="new.example", port=1, user="me", tls=True))["pools"]  # type: ignore[misc]
    assert (entry["stratumTLS"], "stratumCert" in entry) == (1, False)
