"""How cgminer writes a reply: JSON, or its older text."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

DESCRIPTION = "cgminer 4.11.1"


@dataclass(frozen=True, slots=True)
class Reply:
    """A status line, and a section of rows where the command has one."""

    letter: str  # S ok, I info, W warning, E error
    code: int
    message: str
    section: str = ""
    rows: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def as_json(reply: Reply) -> dict[str, Any]:
    body: dict[str, Any] = {
        "STATUS": [
            {
                "STATUS": reply.letter,
                "When": int(time.time()),
                "Code": reply.code,
                "Msg": reply.message,
                "Description": DESCRIPTION,
            }
        ]
    }
    if reply.section:
        body[reply.section] = reply.rows
    return {**body, "id": 1}


def render_json(replies: Mapping[str, Reply], *, joined: bool) -> bytes:
    if not joined:
        (reply,) = replies.values()
        return _raw_newlines(orjson.dumps(as_json(reply)))
    body: dict[str, Any] = {command: [as_json(reply)] for command, reply in replies.items()}
    return _raw_newlines(orjson.dumps({**body, "id": 1}))


def _raw_newlines(body: bytes) -> bytes:
    """The firmware does not escape them: setpool's reply is not valid JSON."""
    return body.replace(b"\\n", b"\n")


def render_text(replies: Mapping[str, Reply], *, joined: bool) -> bytes:
    parts = []
    for command, reply in replies.items():
        head = f"CMD={command}|" if joined else ""
        status = (
            f"STATUS={reply.letter},When={int(time.time())},Code={reply.code},Msg={reply.message},"
            f"Description={DESCRIPTION}|"
        )
        parts.append(head + status + "".join(_row(reply.section, row) for row in reply.rows))
    return "".join(parts).encode("latin-1", "replace")


def _row(section: str, row: Mapping[str, Any]) -> str:
    """`POOL=0,URL=…|`; sections whose rows carry no number begin with the section's name."""
    pairs = ",".join(f"{key}={_plain(value)}" for key, value in row.items())
    numbered = next(iter(row), "") in {"POOL", "ASC", "STATS", "DEVDETAILS"}
    return f"{pairs}|" if numbered else f"{section},{pairs}|"


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
