from __future__ import annotations

from ipaddress import IPv4Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.addresses import OWN_NETWORKS
from miners.discovery import network
from miners.discovery.network import hosts_of, parse_network, suggested


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("192.168.1.0/24", "192.168.1.0/24"),
        (" 192.168.1.77/24 ", "192.168.1.0/24"),
        ("10.0.4.0/22", "10.0.4.0/22"),
        ("172.16.0.0/255.255.255.0", "172.16.0.0/24"),
        ("192.168.1.9", "192.168.1.9/32"),
    ],
)
def test_a_private_network_of_at_most_a_22(text: str, meant: str) -> None:
    assert str(parse_network(text, allow_loopback=False)) == meant


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10.0.0.0/21", "at most a /22.*10.0.0.0/24"),
        ("10.0.0.0/8", "16777216 addresses"),
        ("8.8.8.0/24", "not a private network"),
        ("0.0.0.0/0", "not a private network"),
        ("192.0.2.0/24", "not a private network"),
        ("172.32.0.0/24", "not a private network"),
        ("100.64.0.0/24", "not a private network"),
        ("fd00::/120", "IPv6"),
        ("::1", "IPv6"),
        ("127.0.0.0/24", "this machine"),
        ("", "not a network"),
        ("192.168.1", "not a network"),
        ("192.168.1.0/33", "not a network"),
        ("my house", "not a network"),
        ("x" * 5000, "not a network"),
    ],
)
def test_everything_else_is_refused_with_the_way_out(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        parse_network(text, allow_loopback=False)
    assert len(str(refusal.value)) < 250


def test_loopback_where_it_is_allowed() -> None:
    assert parse_network("127.77.0.0/24", allow_loopback=True) == IPv4Network("127.77.0.0/24")
    with pytest.raises(ValueError, match="at most a /22"):
        parse_network("127.0.0.0/8", allow_loopback=True)


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_whatever_is_searched_is_small_and_private(address: object, prefix: int) -> None:
    try:
        found = parse_network(f"{address}/{prefix}", allow_loopback=False)
    except ValueError:
        return
    assert len(hosts_of(found)) <= 1022
    assert any(own.version == 4 and found.subnet_of(own) for own in OWN_NETWORKS)  # type: ignore[arg-type]


def test_network_and_broadcast_address_are_no_hosts() -> None:
    hosts = hosts_of(IPv4Network("192.168.1.0/24"))
    assert (len(hosts), hosts[0], hosts[-1]) == (254, "192.168.1.1", "192.168.1.254")
    assert hosts_of(IPv4Network("192.168.1.9/32")) == ["192.168.1.9"]


class Adapter:
    """As ifaddr describes one."""

    def __init__(self, name: str, *addresses: str) -> None:
        self.name = name
        self.ips = [Address(text) for text in addresses]


class Address:
    def __init__(self, text: str) -> None:
        self.ip, _, prefix = text.partition("/")
        self.network_prefix = int(prefix)
        self.is_IPv4 = ":" not in self.ip


def test_networks_of_known_miners_come_before_those_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    adapters = [
        Adapter("lo", "127.0.0.1/8"),
        Adapter("eth0", "192.168.1.5/24", "fd00::5/64"),
        Adapter("eth1", "10.20.30.40/8"),
        Adapter("docker0", "172.17.0.1/16"),
        Adapter("ppp0", "81.2.69.142/24"),
    ]
    monkeypatch.setattr(network.ifaddr, "get_adapters", lambda: adapters)
    found = suggested(["192.168.7.20", "bitaxe.local", "192.168.7.21", "127.20.1.1"], allow_loopback=False)
    assert [str(each) for each in found] == ["192.168.7.0/24", "192.168.1.0/24", "10.20.30.0/24"]
    with_loopback = suggested(["127.20.1.1"], allow_loopback=True)
    assert ip_network("127.20.1.0/24") in with_loopback
