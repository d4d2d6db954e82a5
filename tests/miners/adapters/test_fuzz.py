"""Whatever a device sends: a Reading the database can hold, or one of our own errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.adapters import nerdqaxe
from miners.adapters.avalon_nano import reading
from miners.adapters.bitaxe import info as bitaxe
from miners.adapters.bitaxe import pools
from miners.adapters.lenient import parse_object
from miners.adapters.nmminer import readings
from miners.adapters.options import from_json, to_json
from miners.contract import DeviceError, Garbled, PoolEndpoint, Reading, Refused
from tests.miners.adapters import payloads

ODD = st.sampled_from([math.nan, math.inf, -1, 0, 10**400, "", "nan", "1e999", "-273", "\0", "\ud800", "9" * 5000])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | ODD,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=10), children, max_size=4),
    max_leaves=8,
)


def damaged(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """`whole` with some of its values, at any depth, replaced or lost."""

    def mix(nested: dict[str, Any], replaced: dict[str, Any], lost: set[str]) -> dict[str, Any]:
        return {key: value for key, value in (whole | nested | replaced).items() if key not in lost}

    keys = st.sampled_from(sorted(whole))
    nested = {key: perhaps_damaged(value) for key, value in whole.items() if isinstance(value, dict | list)}
    deep = st.fixed_dictionaries({}, optional=nested)
    return st.builds(mix, deep, st.dictionaries(keys, VALUES, max_size=6), st.sets(keys, max_size=3))


def perhaps_damaged(value: Any) -> st.SearchStrategy[Any]:
    if isinstance(value, dict):
        return VALUES | damaged(value)
    if isinstance(value, list):
        return VALUES | st.tuples(*(perhaps_damaged(item) for item in value)).map(list)
    return VALUES


def assert_fit(reading: Reading) -> None:
    """Every value is of its own type and fits its column."""
    for one in fields(reading):
        value = getattr(reading, one.name)
        if isinstance(value, float):
            assert math.isfinite(value)
        if isinstance(value, str):
            assert value.isprintable()
            assert len(value) <= 300
    for count in (reading.accepted, reading.rejected, reading.uptime_s):
        assert count is None or 0 <= count < 2**63
    if reading.options is not None:
        assert from_json(to_json(reading.options)) == reading.options


def read_bitaxe(info: dict[str, Any], asic: dict[str, Any] | None) -> Reading:
    return bitaxe.parse_info(info, bitaxe.options_of(info, asic))


def read_nerdqaxe(info: dict[str, Any], asic: dict[str, Any] | None) -> Reading:
    return nerdqaxe.parse_info(info, nerdqaxe.options_of(info, asic))


def outcome(parse: Callable[..., Reading], *arguments: Any) -> None:
    with suppress(DeviceError):
        assert_fit(parse(*arguments))


@given(damaged(payloads.AXEOS_2_15), st.none() | damaged(payloads.GAMMA_ASIC))
def test_a_damaged_answer_of_axeos_is_read_or_refused(info: dict[str, Any], asic: dict[str, Any] | None):
    outcome(read_bitaxe, info, asic)


@given(damaged(payloads.NERD_1_0_36), st.none() | damaged(payloads.NERD_ASIC))
def test_a_damaged_answer_of_a_nerdqaxe_is_read_or_refused(info: dict[str, Any], asic: dict[str, Any] | None):
    outcome(read_nerdqaxe, info, asic)


@given(damaged(payloads.NANO3S))
def test_a_damaged_answer_of_an_avalon_is_read_or_refused(answer: dict[str, Any]):
    outcome(reading.parse_joined, answer)


@given(st.text(max_size=200))
def test_any_line_in_brackets_of_an_avalon_is_read(line: str):
    outcome(reading.parse_joined, payloads.joined("Ver[Nano3s-1] PS[0 0 " + line, {"MODEL": "Nano3s"}))


@given(damaged(payloads.NM_1_8), st.none() | damaged(payloads.NM_CONFIG))
def test_a_damaged_broadcast_is_read_or_refused(said: dict[str, Any], config: dict[str, Any] | None):
    outcome(readings.parse_broadcast, said, config)


@given(damaged(payloads.NM_2_0))
def test_a_damaged_answer_of_an_nmminer_is_read_or_refused(info: dict[str, Any]):
    outcome(readings.parse_info, info)


PARSERS: list[Callable[..., Reading]] = [
    lambda value: read_bitaxe(value, value),
    lambda value: read_nerdqaxe(value, value),
    reading.parse_joined,
    lambda value: readings.parse_broadcast(value, value),
    readings.parse_info,
]


@pytest.mark.parametrize("parse", PARSERS)
@given(value=st.dictionaries(st.text(max_size=12), VALUES, max_size=6))
def test_any_object_at_all_is_read_or_refused(parse: Callable[..., Reading], value: dict[str, Any]):
    outcome(parse, value)


@given(damaged(payloads.AXEOS_2_15))
def test_a_pool_change_never_holds_null(info: dict[str, Any]):
    pool = PoolEndpoint(host="pool.example", port=3333, user="me")
    try:
        values = pools.change(info, pool)
    except Refused:
        return
    assert None not in values.values()
    for entry in values.get("pools", []):  # type: ignore[attr-defined]
        assert None not in entry.values()


@given(st.binary(max_size=300) | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_an_object_or_garbled(body: bytes):
    with suppress(Garbled):
        assert isinstance(parse_object(body, "GET"), dict)
