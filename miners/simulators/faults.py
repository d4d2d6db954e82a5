"""What can go wrong on the wire, on demand.

A fault of the wire hits the answer only: the device has done what it was told, as a real one may have. Where the body
is replaced, the device has done nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    TIMEOUT = "timeout"  # accepts, never answers
    RESET = "reset"  # half an answer, then a TCP reset
    TRUNCATED = "truncated"  # half an answer, then an orderly end
    DRIP = "drip"  # the true answer, one byte at a time
    ENDLESS = "endless"  # a body without an end
    REFUSE = "refuse"  # nothing listens
    GARBAGE = "garbage"  # bytes that are no text
    HTML = "html"  # somebody else's page
    EMPTY = "empty"  # no body at all
    REDIRECT = "redirect"  # HTTP only: 302 to elsewhere
    IGNORE = "ignore"  # HTTP only: a write is answered 200 with nothing, and nothing is done
    HTTP = "http"  # HTTP only: `status` with the server's usual error body


BODY_FAULTS = frozenset({FaultKind.GARBAGE, FaultKind.HTML, FaultKind.EMPTY, FaultKind.REDIRECT, FaultKind.HTTP})

HTML = b"<!DOCTYPE html><html><head><title>Router login</title></head><body><form>Password</form></body></html>"
GARBAGE = bytes(range(128, 256)) * 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    kind: FaultKind
    requests: int | None = None  # heals after so many; None: until cleared
    status: int = 500
    interval_s: float = 0.5  # between two bytes of a drip
    retry_after_s: int | None = None  # sent with an HTTP error


def parse(data: Mapping[str, Any]) -> Fault:
    """A fault from JSON such as `{"kind": "http", "status": 429}`; ValueError names what is wrong."""
    known = {item.name for item in fields(Fault)}
    if unknown := set(data) - known:
        raise ValueError(f"unknown key {min(unknown)!r}; known: {', '.join(sorted(known))}")
    values = dict(data)
    try:
        values["kind"] = FaultKind(values.get("kind", ""))
    except ValueError:
        kinds = ", ".join(FaultKind)
        raise ValueError(f"kind {values.get('kind')!r} is not one of {kinds}") from None
    return Fault(**values)
