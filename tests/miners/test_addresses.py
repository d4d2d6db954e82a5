from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.addresses import OWN_NETWORKS, check_host, resolve


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("192.168.1.20", "192.168.1.20"),
        (" 10.0.0.7 ", "10.0.0.7"),
        ("172.31.255.254", "172.31.255.254"),
        ("169.254.9.9", "169.254.9.9"),
        ("fd00::0001", "fd00::1"),
        ("[fe80::1]", "fe80::1"),
        ("::ffff:192.168.1.5", "192.168.1.5"),
        ("Bitaxe.local", "bitaxe.local"),
        ("bitaxe.local.", "bitaxe.local"),
        ("my_miner", "my_miner"),
    ],
)
def test_a_private_address_or_a_name_is_kept_in_one_spelling(given: str, kept: str):
    assert check_host(given, allow_loopback=False) == kept


@pytest.mark.parametrize(
    "host",
    [
        "8.8.8.8",
        "172.32.0.1",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "127.0.0.1",
        "::1",
        "localhost",
        "sub.localhost",
    ],
)
def test_an_address_that_is_not_of_ones_own_network_is_refused(host: str):
    with pytest.raises(ValueError, match=r"private network|this machine"):
        check_host(host, allow_loopback=False)


@pytest.mark.parametrize(
    "host",
    [
        *("", " ", "http://192.168.1.2", "192.168.1.2:80", "192.168.1.2/x", "a b", "a..b", "-a.local", "ä.local"),
        *("192.168.1", "127.1", "2130706433", "0x7f000001", "300.1.1.1", "10.0.0.1\n10.0.0.2"),
        *("x" * 64, "user@10.0.0.1"),
    ],
)
def test_what_is_neither_an_address_nor_a_name_is_refused(host: str):
    with pytest.raises(ValueError, match=r"not an IP address|not a complete IP"):
        check_host(host, allow_loopback=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.8.7", "::1", "localhost"])
def test_loopback_is_accepted_where_it_is_allowed(host: str):
    assert check_host(host, allow_loopback=True) == host


@given(st.ip_addresses())
def test_exactly_the_own_networks_are_accepted(address: ipaddress.IPv4Address | ipaddress.IPv6Address):
    mapped = getattr(address, "ipv4_mapped", None) or address
    own = any(mapped in network for network in OWN_NETWORKS if network.version == mapped.version)
    try:
        check_host(str(address), allow_loopback=False)
    except ValueError:
        assert not own
    else:
        assert own


@given(st.text(max_size=300))
def test_any_text_is_answered_by_a_canonical_host_or_a_value_error(text: str):
    try:
        kept = check_host(text, allow_loopback=False)
    except ValueError:
        return
    assert check_host(kept, allow_loopback=False) == kept


async def test_a_name_that_means_this_machine_is_refused_when_it_is_used():
    with pytest.raises(ValueError, match="this machine"):
        await resolve("localhost", allow_loopback=False)


async def test_a_name_resolves_to_a_checked_address():
    assert await resolve("localhost", allow_loopback=True) == "127.0.0.1"
