from __future__ import annotations

import pytest

from miners.adapters.lenient import parse_object
from miners.contract import Garbled


def test_bytes_that_are_no_utf8_do_not_cost_the_answer():
    assert parse_object(b'{"ssid": "caf\xe9", "power": 12}', "GET")["power"] == 12


def test_raw_newlines_inside_a_string_are_kept():
    assert parse_object(b'{"Msg": "Pool set\nPlease reboot"}', "setpool")["Msg"] == "Pool set\nPlease reboot"


def test_inf_and_nan_become_unknown():
    body = b'{"a": inf, "b":-nan, "c": [nan, 1], "d": -Infinity, "e": "inf, nan"}'
    assert parse_object(body, "summary") == {"a": None, "b": None, "c": [None, 1], "d": None, "e": "inf, nan"}


def test_a_stray_tail_is_dropped():
    assert parse_object(b'{"STATUS":[{"Code":119}],"id":1},"id":1}', "ascset") == {"STATUS": [{"Code": 119}], "id": 1}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the answer is empty"),
        (b" \n ", "the answer is empty"),
        (b"<!DOCTYPE html><html>", "the answer is a web page"),
        (b"HTTP/1.0 400 Bad Request", "the answer is a web page"),
        (b'{"power": 12, "vol', "the answer is not JSON"),
        (b"[" * 60_000, "the answer is not JSON"),
        (b'{"a":' * 10_000, "the answer is not JSON"),
        (b"[1, 2]", "the answer is JSON, but no object"),
        (b"null", "the answer is JSON, but no object"),
        (b"9" * 6000, "the answer is not JSON|the answer is JSON, but no object"),
        (b"\xff\xfe\x00", "the answer is not JSON"),
    ],
)
def test_what_is_no_object_is_garbled(body: bytes, reason: str):
    with pytest.raises(Garbled, match=reason):
        parse_object(body, "GET /x")
