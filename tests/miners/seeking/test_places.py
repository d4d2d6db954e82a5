"""Where is looked, and where never."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.contract import Found, Way
from miners.seeking.lost import Lost
from miners.seeking.places import MOST_ASKED, neighbours, searches

MAC = "02:00:00:00:00:01"


def missing(miner_id: int = 1, host: str = "192.168.1.20", **values: Any) -> Lost:
    return Lost(
        **{
            "miner_id": miner_id,
            "name": f"m{miner_id}",
            "kind": "bitaxe",
            "port": 80,
            "mac": MAC,
            "host": host,
            **values,
        }
    )


def test_one_search_serves_all_who_are_lost_in_a_network_at_their_ports_only() -> None:
    [search] = searches(
        [missing(1), missing(2, "192.168.1.77", kind="avalon_nano", port=4028)],
        answering={"192.168.1.5"},
        allow_loopback=False,
    )
    assert (str(search.network), sorted(search.at), search.sought) == ("192.168.1.0/24", [80, 4028], {1, 2})
    assert len(search.hosts) == 253
    assert "192.168.1.5" not in search.hosts


def test_a_port_of_ones_own_is_knocked_at_and_no_other() -> None:
    [search] = searches([missing(port=8123)], answering=(), allow_loopback=False)
    assert list(search.at) == [8123]


@pytest.mark.parametrize("host", ["8.8.8.8", "100.64.0.1", "127.0.0.1", "fd00::1", "attic.local", "224.0.0.1"])
def test_nobody_elses_network_is_searched(host: str) -> None:
    assert searches([missing(host=host)], answering=(), allow_loopback=False) == []


def test_who_only_broadcasts_is_not_searched_for() -> None:
    assert searches([missing(kind="nmminer", port=12_345)], answering=(), allow_loopback=False) == []


def test_the_kernel_has_seen_it_elsewhere() -> None:
    arp = {"192.168.1.20": MAC, "192.168.1.33": MAC, "192.168.1.34": "02:00:00:00:00:02", "93.184.216.34": MAC}
    assert neighbours([missing()], arp, allow_loopback=False) == {"192.168.1.33": missing()}


@given(st.dictionaries(st.ip_addresses(v=4).map(str), st.just(MAC)))
def test_however_many_carry_its_mac_only_a_few_near_ones_are_asked(arp: dict[str, str]) -> None:
    near = neighbours([missing()], arp | {f"10.0.0.{n}": MAC for n in range(30)}, allow_loopback=False)
    assert len(near) <= MOST_ASKED


TINY = missing(kind="nmminer", mac=None, hostname="tiny", model="ESP32-2432S028R")


@pytest.mark.parametrize(
    ("changed", "is_it"),
    [
        ({}, True),
        ({"hostname": "other"}, False),
        ({"model": "NMAxe"}, False),
        ({"mac": MAC}, False),
        ({"kind": "bitaxe"}, False),
    ],
)
def test_without_a_mac_a_host_name_and_a_model_are_needed(changed: dict[str, str], is_it: bool) -> None:
    told = {"kind": "nmminer", "hostname": "tiny", "model": "ESP32-2432S028R", **changed}
    assert TINY.is_named(Found(host="192.168.1.9", port=12_345, way=Way.BROADCAST, **told)) is is_it
