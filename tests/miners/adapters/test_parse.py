from __future__ import annotations

import math

import pytest

from miners.adapters import parse


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (49224525, 49224525),
        ("4.29G", 4.29e9),
        ("572.14 M", 572.14e6),
        ("483k", 483_000),
        ("11.90 m", 11.9e6),
        ("0.00050", 0.0005),
        ("0", 0),
        ("3.411P", 3.411e15),
        ("1.2E", 1.2e18),
        ("1e3", 1000),
        ("12Q", None),
        ("", None),
        ("nan", None),
        (-1, None),
        ([], None),
    ],
)
def test_a_difficulty_is_read_in_every_spelling(value: object, expected: float | None):
    assert parse.quantity(value) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1.0154MH/s", 0.0010154),
        ("1013.4KH/s", 0.0010134),
        ("113.13K", 0.00011313),
        ("1.2153TH/s", 1215.3),
        ("512 H/s", 5.12e-7),
        ("7H", 7e-9),
        ("fast", None),
        (None, None),
    ],
)
def test_a_displayed_hashrate_becomes_gigahashes(value: object, expected: float | None):
    assert parse.hashrate_ghs(value) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("36%", 36),
        ("17.9W", 17.9),
        (" -62 ", -62),
        (True, None),
        (math.nan, None),
        (math.inf, None),
        ("Infinity", None),
    ],
)
def test_a_number_is_finite_and_no_boolean(value: object, expected: float | None):
    assert parse.number(value) == expected


@pytest.mark.parametrize("value", [10**400, "9" * 5000, 1e31, -(10**400)])
def test_an_absurd_number_is_unknown(value: object):
    assert parse.number(value) is None
    assert parse.count(value) is None


def test_a_number_outside_its_limits_is_unknown():
    assert parse.number(201, 5, 200) is None
    assert parse.number(200, 5, 200) == 200


@pytest.mark.parametrize("value", [-1, 0, -273, -0.0, 999, "n/a", None])
def test_a_sentinel_is_no_temperature(value: object):
    assert parse.temperature_c(value) is None


@pytest.mark.parametrize("value", [1, True, "1", "true", "TRUE", " on ", 1.0])
def test_yes_in_every_spelling_is_true(value: object):
    assert parse.flag(value)


@pytest.mark.parametrize("value", [0, False, "0", "false", "", None, 2, [], {}])
def test_everything_else_is_false(value: object):
    assert not parse.flag(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("C0-FA-38-6A-6E-B2", "c0:fa:38:6a:6e:b2"),
        ("e0e1a93ef5a5", "e0:e1:a9:3e:f5:a5"),
        ("10:f5:12:33:bb:f0", "10:f5:12:33:bb:f0"),
        ("XX:XX:XX:XX:XX:XX", None),
        ("00:00:00:00:00:00", None),
        ("ff:ff:ff:ff:ff:ff", None),
        ("", None),
        (12, None),
    ],
)
def test_an_ethernet_address_has_one_spelling(value: object, expected: str | None):
    assert parse.mac(value) == expected


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("Pool.Example", 3333, "pool.example:3333"),
        ("pool.example", "3333", "pool.example:3333"),
        ("stratum+tcp://Pool.Example:3333", None, "pool.example:3333"),
        ("stratum+ssl://pool.example:3334/path", 3333, "pool.example:3334"),
        ("pool.example", 0, "pool.example"),
        ("", 3333, None),
        (None, 3333, None),
        ("stratum+tcp://", None, None),
    ],
)
def test_a_pool_is_host_and_port(host: object, port: object, expected: str | None):
    assert parse.pool_url(host, port) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("v2.4.5-3-gb5d1e36-dirty", (2, 4, 5)),
        ("2.7.0-TCH", (2, 7, 0)),
        ("v1.5.01", (1, 5, 1)),
        ("v1.0.34.1", (1, 0, 34, 1)),
        ("dev", ()),
        (None, ()),
    ],
)
def test_a_version_is_compared_by_its_numbers(value: object, expected: tuple[int, ...]):
    assert parse.version(value) == expected


def test_text_is_fit_for_a_database():
    assert parse.text(" a\0b\ud800c\n") == "abc"
    assert parse.text("x" * 500, 120) == "x" * 120
    assert parse.text("\0") is None
    assert parse.text(7) is None
