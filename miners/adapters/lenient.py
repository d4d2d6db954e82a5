"""JSON as devices write it: bytes that are no UTF-8, raw control characters, inf and nan, a stray tail."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from miners.contract import Garbled

Info = dict[str, Any]  # a device's JSON object, nothing about it believed yet

_DECODER = json.JSONDecoder(strict=False)
_NOT_A_NUMBER = re.compile(r"(?<=[:,\[])[ \t]*[-+]?(?:nan|inf(?:inity)?)(?=[ \t]*[,}\]])", re.IGNORECASE)


def parse_object(body: bytes, what: str) -> Info:
    """The JSON object in `body`. Garbled, its sentence starting with `what`, for anything else."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = _second_try(body.decode("utf-8", "replace").strip(), what)
    if not isinstance(value, dict):
        raise Garbled(f"{what}: the answer is JSON, but no object.")
    return value


def _second_try(text: str, what: str) -> object:
    """What follows a whole object is dropped: some replies of cgminer end in a second `,"id":1}`."""
    if not text:
        raise Garbled(f"{what}: the answer is empty.")
    if text.startswith(("<", "HTTP/")):
        raise Garbled(f"{what}: the answer is a web page.")
    if text.startswith("STATUS="):
        raise Garbled(f"{what}: the answer is cgminer's text, not JSON.")
    try:
        value, _ = _DECODER.raw_decode(_NOT_A_NUMBER.sub("null", text))
    except (ValueError, RecursionError):
        raise Garbled(f"{what}: the answer is not JSON.") from None
    return value
