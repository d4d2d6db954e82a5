"""Whatever a device sends: a Reading the database can hold, or one of our own errors."""

from __future__ import annotations

import json
import math
import time
import tracemalloc
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
    """A Reading that fits or one of our errors, in less than a second of the processor."""
    began = time.process_time()
    words = ""
    try:
        assert_fit(parse(*arguments))
    except DeviceError as error:
        words = str(error)
    assert time.process_time() - began < 1
    assert words.isprintable()
    assert len(words) < 300


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


@given(damaged(payloads.NM_1_7_SWARM))
def test_a_damaged_list_of_an_nmminer_is_read_or_refused(listed: dict[str, Any]):
    outcome(readings.parse_swarm, listed, "127.0.0.1")


PARSERS: dict[str, tuple[Callable[..., Reading], dict[str, Any]]] = {
    "bitaxe": (lambda value: read_bitaxe(value, value), payloads.AXEOS_2_15),
    "nerdqaxe": (lambda value: read_nerdqaxe(value, value), payloads.NERD_1_0_36),
    "avalon_nano": (reading.parse_joined, payloads.NANO3S),
    "nmminer 1": (lambda value: readings.parse_broadcast(value, value), payloads.NM_1_8),
    "nmminer 1.7": (lambda value: readings.parse_swarm(value, "127.0.0.1"), payloads.NM_1_7_SWARM),
    "nmminer 2": (readings.parse_info, payloads.NM_2_0),
}
every_parser = pytest.mark.parametrize(("parse", "whole"), PARSERS.values(), ids=PARSERS)
just_parsers = pytest.mark.parametrize("parse", [parse for parse, _ in PARSERS.values()], ids=PARSERS)


@every_parser
@given(data=st.data())
def test_damaged_bytes_are_read_or_refused(parse: Callable[..., Reading], whole: dict[str, Any], data: st.DataObject):
    """Cuts, losses and noise at any place: what a bad radio link and a full buffer do."""
    body = bytearray(json.dumps(whole).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        body[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    outcome(lambda: parse(parse_object(bytes(body), "GET")))


FLOODS = [
    "a" * 60_000,
    "a[" * 30_000,
    "Ver[Nano3s-1]" + "a" * 60_000,
    "Ver[nano3s" + "[" * 60_000,
    "PS[" + "0 " * 30_000 + "]",
    " " * 60_000 + "x",
    "9" * 60_000,
    "9." * 30_000,
    "1e" * 30_000,
    ":" * 60_000,
    "/" * 60_000,
    "\r" * 60_000,
    "stratum+" * 7_000 + "://",
    "0" * 60_000 + "d 00:00:00",
    "\x00\ud800\u202e" * 20_000,
]


WHO = ("MODEL", "hwModel", "ip")  # without these nothing else would be looked at


def flooded(value: Any, flood: Any) -> Any:
    """`value` with every scalar in it replaced."""
    if isinstance(value, dict):
        return {key: item if key in WHO else flooded(item, flood) for key, item in value.items()}
    if isinstance(value, list):
        return [flooded(item, flood) for item in value]
    return flood


@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: repr(flood[:12]))
@every_parser
def test_a_flood_in_every_field_takes_no_long_time_and_no_much_room(
    parse: Callable[..., Reading], whole: dict[str, Any], flood: str
):
    """The longest a body can be, in each field at once, which is more than a device could ever send."""
    one = flooded(whole, flood)
    tracemalloc.start()
    try:
        began = time.process_time()
        with suppress(DeviceError):
            assert_fit(parse(one))
        took, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took < 2
    assert peak < 16 << 20


@pytest.mark.parametrize("count", [100, 3000])
@every_parser
def test_a_flood_of_fields_takes_no_long_time(parse: Callable[..., Reading], whole: dict[str, Any], count: int):
    many = {f"{key}{number}": value for number in range(count) for key, value in list(whole.items())[:3]} | whole
    outcome(parse, many)


@just_parsers
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
