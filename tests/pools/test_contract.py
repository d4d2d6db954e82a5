"""Addresses as people paste them, and what misses say of a pool."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.contract import PoolState, split_address, state_after

PASTED = [
    ("pool.example", ("pool.example", None, None)),
    (" Pool.Example. ", ("pool.example", None, None)),
    ("pool.example:3333", ("pool.example", 3333, None)),
    ("stratum+tcp://pool.example:3333", ("pool.example", 3333, False)),
    ("STRATUM+TCP://Pool.Example:3333/", ("pool.example", 3333, False)),
    ("stratum+ssl://pool.example:443", ("pool.example", 443, True)),
    ("stratum+tls://pool.example", ("pool.example", None, True)),
    ("tcp://192.168.1.5:3333", ("192.168.1.5", 3333, False)),
    ("fe80::1", ("fe80::1", None, None)),
    ("", ("", None, None)),
]


@pytest.mark.parametrize(("text", "parts"), PASTED)
def test_a_pasted_address_is_split(text: str, parts: tuple[str, int | None, bool | None]) -> None:
    assert split_address(text) == parts


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("stratum2+tcp://pool.example:3333/9auq", "stratum2+tcp:// is not a stratum version 1 address"),
        ("https://pool.example", "https:// is not a stratum version 1 address"),
        ("pool.example:0", "'0' is not a port"),
        ("pool.example:65536", "'65536' is not a port"),
        ("pool.example:99999999999999", "is not a port"),
        ("pool.example:", "'' is not a port"),
        ("pool.example:port", "'port' is not a port"),
        ("pool.example:33³", "is not a port"),
        ("pool.example:3333/path", "is not a port"),
    ],
)
def test_what_is_no_address_says_why(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="is not a") as caught:
        split_address(text)
    assert sentence in str(caught.value)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters=":/"), max_size=60))
def test_any_name_is_taken_as_it_is_and_judged_later(text: str) -> None:
    assert split_address(text) == (text.strip().lower().rstrip("."), None, None)


@given(st.integers())
def test_a_port_is_a_port_or_refused(port: int) -> None:
    if 1 <= port <= 65_535:
        assert split_address(f"pool.example:{port}") == ("pool.example", port, None)
    else:
        with pytest.raises(ValueError, match="is not a port"):
            split_address(f"pool.example:{port}")


# before   misses  after
STATES = """
  unknown  0       up
  unknown  1       unknown
  unknown  2       down
  up       1       up
  up       2       down
  down     3       down
  down     0       up
"""


@pytest.mark.parametrize("line", [line for line in STATES.splitlines() if line.strip()])
def test_one_miss_says_nothing_and_two_do(line: str) -> None:
    before, misses, after = line.split()
    assert state_after(PoolState(before), int(misses)) is PoolState(after)
