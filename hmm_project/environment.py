"""The four environment variables, the only ones this product reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

HIGHEST_PORT = 65_535


class BadVariable(ValueError):
    """A variable holds something unusable; the message names it and what is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    web_port: int = 8080
    tz: str = "Europe/London"
    puid: int = 1000
    pgid: int = 1000


def read(variables: Mapping[str, str] | None = None) -> Environment:
    """Read WEB_PORT, TZ, PUID and PGID; empty counts as unset."""
    values = os.environ if variables is None else variables  # noqa: TID251  the one reader
    return Environment(
        web_port=_number(values, "WEB_PORT", 8080, highest=HIGHEST_PORT),
        tz=_zone(values.get("TZ") or "Europe/London"),
        puid=_number(values, "PUID", 1000),
        pgid=_number(values, "PGID", 1000),
    )


def _number(values: Mapping[str, str], name: str, default: int, highest: int = 2**31 - 1) -> int:
    text = values.get(name) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= highest:
        raise BadVariable(f"{name}={text!r} is not a whole number from 1 to {highest}")
    return int(text)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadVariable(f"TZ={name!r} is not a time zone name such as Europe/London") from None
    return name
