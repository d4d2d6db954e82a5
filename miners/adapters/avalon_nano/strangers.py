"""Another miner that answers where a Nano should: the name it gives itself, for the error message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from miners.adapters import parse

UNKNOWN = "an unknown device"
LONGEST_NAME = 60
_VER = re.compile(r"(?<!\w)Ver\[([^\[\]]*)\]")  # not LVer nor BVer, which tell the firmware only
PRODUCT = ("PROD", "Type", "MODEL")  # of a version: Avalon Q, Antminer S19 Pro


def name(answer: Mapping[str, Any]) -> str:
    """Avalon Q, 1246-83-21072802, Antminer S19 Pro, M60S_VK40, whatsminer v1.4.0, bdminer 4.11.1 …

    The product where one is named, else the program.
    """
    replies = [answer, *_replies(answer)]
    told = (word for names in (_products, _boards, _programs) for reply in replies for word in names(reply))
    return next((word for value in told if (word := parse.text(value, LONGEST_NAME))), UNKNOWN)


def _replies(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The parts of a joined answer: {"version": [{…}], …}."""
    for part in answer.values():
        if isinstance(part, list) and part and isinstance(part[0], dict):
            yield part[0]


def _products(reply: Mapping[str, Any]) -> Iterator[object]:
    version = _row(reply, "VERSION")
    yield from (version.get(key) for key in PRODUCT)
    miner = parse.section(parse.section(reply, "msg"), "miner")  # Whatsminer, API 3
    yield from (miner.get("type"), reply.get("minertype"), reply.get("brand"))


def _boards(reply: Mapping[str, Any]) -> Iterator[object]:
    stats = _row(reply, "STATS")
    yield stats.get("Type")
    yield from (_ver(value) for key, value in stats.items() if key.startswith("MM ID0"))


def _programs(reply: Mapping[str, Any]) -> Iterator[object]:
    yield _row(reply, "STATUS").get("Description")
    yield reply.get("Description")


def _row(reply: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    rows = reply.get(key)
    return rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}


def _ver(line: object) -> str | None:
    found = _VER.search(line) if isinstance(line, str) else None
    return found[1] if found else None
