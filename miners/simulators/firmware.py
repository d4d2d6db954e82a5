"""Firmware versions, and tables of what each of them added and removed."""

from __future__ import annotations

import re
from collections.abc import Iterable

Version = tuple[int, int, int]
Change = tuple[Version, str, str]  # since this version: space-separated keys added, keys removed


def version(text: str) -> Version:
    """`v2.12.2`, `2.4.5-3-dirty` and the like; ValueError for anything without three numbers."""
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text)
    if not match:
        raise ValueError(f"{text!r} is not a firmware version such as v2.12.2")
    major, minor, patch = (int(part) for part in match.groups())
    return major, minor, patch


def keys_at(changes: Iterable[Change], firmware: Version) -> tuple[str, ...]:
    """The keys a firmware knows, in the order they came."""
    keys: dict[str, None] = {}
    for since, added, removed in changes:
        if since <= firmware:
            keys.update(dict.fromkeys(added.split()))
            for key in removed.split():
                del keys[key]
    return tuple(keys)
