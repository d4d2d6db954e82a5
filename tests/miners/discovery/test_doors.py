from __future__ import annotations

from miners.adapters import introduction
from miners.discovery.doors import MOST_PORTS, doors


def test_the_families_own_ports() -> None:
    assert doors() == {4028: (introduction.over_cgminer,), 80: (introduction.over_http,)}


def test_simulators_stand_in_for_port_80_on_loopback_only() -> None:
    assert doors(loopback=True)[8080] == (introduction.over_http,)
    assert 8080 not in doors()


def test_a_port_in_use_is_asked_what_its_family_is_asked() -> None:
    found = doors([("bitaxe", 8888), ("avalon_nano", 4029), ("avalon_nano", 8888)])
    assert found[8888] == (introduction.over_http, introduction.over_cgminer)
    assert found[4029] == (introduction.over_cgminer,)


def test_udp_and_unknown_kinds_open_no_door() -> None:
    assert set(doors([("nmminer", 12_345), ("toaster", 9000)])) == {80, 4028}


def test_many_ports_in_use_are_cut_at_the_most_frequent() -> None:
    found = doors([("bitaxe", port) for port in range(9000, 9100)])
    assert len(found) == MOST_PORTS
    assert 9000 in found
    assert 9099 not in found
