"""Scalars as devices spell them. Types wobble between firmware versions, so nothing is believed by its JSON type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ANY = 1e30  # beyond every honest number: NaN and the infinities fall out of the comparison
BIGGEST_COUNT = 2**63 - 1
HOTTEST_C = 200
LONGEST_SCALAR = 40  # characters
LONGEST_WASTE = 1000
NO_MAC = frozenset({"0" * 12, "f" * 12})

_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*([A-Za-z%]?)", re.ASCII)
_SCALE = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "p": 1e15, "e": 1e18}
_TRUE = frozenset({"1", "true", "on", "yes"})
_SCHEME = re.compile(r"^[a-z0-9+.-]+://")
_PORT = re.compile(r":\d{1,5}$")
_PER_SECOND = re.compile(r"\s*h/?s?\s*$", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{12}")


def number(value: object, low: float = -ANY, high: float = ANY) -> float | None:
    """A number, or its text with or without a unit ("36%", "17.9W"). None outside `low`..`high` and for booleans."""
    if isinstance(value, str):
        found = _NUMBER.match(value)
        value = float(found[1]) if found else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if low <= value <= high else None


def count(value: object) -> int | None:
    """A whole number from zero up, such as shares or seconds."""
    found = number(value, 0, BIGGEST_COUNT - 1024)  # a float cannot hold the last 1024
    return None if found is None else int(found)


def flag(value: object) -> bool:
    """0/1, true/false, "true": what is missing or unclear is False."""
    if isinstance(value, str):
        return value.strip().lower() in _TRUE
    return isinstance(value, (int, float)) and value == 1


def quantity(value: object) -> float | None:
    """A difficulty or the like: 49224525, "4.29G", "572.14 M", "483k", "0.001"."""
    if not isinstance(value, str):
        return number(value, 0)
    found = _NUMBER.match(value)
    if not found or (scale := _SCALE.get(found[2].lower())) is None:
        return None
    return number(float(found[1]) * scale, 0)


def hashrate_ghs(value: object) -> float | None:
    """GH/s from a display string in H/s: "1.0154MH/s", "113.13K", "1.2153TH/s", "512 H/s"."""
    if isinstance(value, str):
        value = _PER_SECOND.sub("", value[:LONGEST_SCALAR])
    found = quantity(value)
    return None if found is None else found / 1e9


def temperature_c(value: object) -> float | None:
    """°C. -1, 0 and -273 are how devices spell "no sensor"."""
    return number(value, 0.1, HOTTEST_C)


def rssi_dbm(value: object) -> int | None:
    found = number(value, -127, -1)
    return None if found is None else int(found)


def text(value: object, limit: int = 120) -> str | None:
    """One printable line of at most `limit` characters (a database takes neither NUL nor lone surrogates), or None."""
    if not isinstance(value, str):
        return None
    value = value[: LONGEST_WASTE + limit]  # a flood of what cannot be shown is not worked through
    if not value.isprintable():
        value = "".join(character for character in value if character.isprintable())
    return value.strip()[:limit].rstrip() or None


def mac(value: object) -> str | None:
    """aa:bb:cc:dd:ee:ff, from any customary spelling; None for masks and for all-zero or all-one addresses."""
    if not isinstance(value, str):
        return None
    digits = re.sub(r"[:.\s-]", "", value[:LONGEST_SCALAR].lower())
    if not _HEX.fullmatch(digits) or digits in NO_MAC:
        return None
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def pool_url(host: object, port: object = None) -> str | None:
    """host:port in lower case without scheme or path, from a bare host and a port or from a whole URL."""
    found = text(host, 290)
    if not found:
        return None
    name = _SCHEME.sub("", found.lower()).split("/", 1)[0]
    number_of_port = number(port, 1, 65_535)
    if not name or number_of_port is None or _PORT.search(name):
        return name or None
    return f"{name}:{int(number_of_port)}"


def version(value: object) -> tuple[int, ...]:
    """(2, 4, 5) from "v2.4.5-3-gb5d1e36-dirty"; () when there is none."""
    found = re.match(r"\s*[vV]?(\d{1,9}(?:\.\d{1,9}){0,3})", value) if isinstance(value, str) else None
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def first(info: Mapping[str, Any], *keys: str) -> Any:
    """The value of the first of `keys` that `info` has: names change between versions."""
    return next((info[key] for key in keys if key in info), None)


def section(info: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object under `key`, empty when there is none."""
    found = info.get(key)
    return found if isinstance(found, dict) else {}
