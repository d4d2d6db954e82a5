"""The joined answer of an Avalon Nano, taken apart once: cgminer's sections, and the bracketed tokens of MM ID0."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from miners.adapters import parse
from miners.contract import Garbled

Entry = Mapping[str, Any]

_TOKEN = re.compile(r"(\w+)\[([^\]]*)\]")
_BOARD = re.compile(r"[0-9a-f]{8,64}")
_PRODUCT = re.compile(r"^[A-Za-z0-9]+-")


@dataclass(frozen=True, slots=True)
class Model:
    """What differs between the two models."""

    key: str
    label: str
    level: str  # the token that tells the mode
    power_at: int  # the place in PS[…] that holds watts
    set_level: str  # the option of ascset
    reboot: str  # its argument


NANO3S = Model("nano3s", "Avalon Nano 3S", "WORKMODE", 6, "workmode", "0")
NANO3 = Model("nano3", "Avalon Nano 3", "WORKLEVEL", 5, "worklevel", "all")
MODELS: Mapping[str, Model] = {  # by Ver's first part, or MODEL, which the factory of some Nano 3 has cut short
    "nano3s": NANO3S,
    "nano3": NANO3,
    "0o3": NANO3,
}


@dataclass(frozen=True, slots=True)
class Nano:
    model: Model
    tokens: Mapping[str, str]
    summary: Entry
    version: Entry
    pools: Sequence[Entry]

    @property
    def identity(self) -> str | None:
        """The MAC `version` tells (3S); the Nano 3 has none there, so the number of its hash board stands for it."""
        board = self.tokens.get("HDNA", "").lower()
        if _BOARD.fullmatch(board) and board.strip("0"):
            return board
        return parse.mac(self.version.get("MAC"))

    @property
    def firmware(self) -> str | None:
        told = parse.text(self.tokens.get("Ver")) or parse.text(parse.first(self.version, "LVERSION", "VERSION"))
        return _PRODUCT.sub("", told) if told else None


def understand(joined: Mapping[str, Any]) -> Nano:
    """The answer to `summary+estats+pools+version`. Garbled for every other cgminer, named as it calls itself."""
    tokens = _tokens(_first(joined, "estats", "STATS") or _first(joined, "stats", "STATS"))
    version = _first(joined, "version", "VERSION")
    told = parse.text(tokens.get("Ver")) or parse.text(version.get("MODEL")) or ""
    model = MODELS.get(told.split("-", 1)[0].lower())
    if model is None:
        raise Garbled(f"Not an Avalon Nano: it answers like {_stranger(joined, version, told)}.")
    return Nano(model, tokens, _first(joined, "summary", "SUMMARY"), version, _entries(joined, "pools", "POOLS"))


def status(reply: Mapping[str, Any]) -> Entry:
    """The STATUS line of one reply, empty when it has none."""
    lines = reply.get("STATUS")
    first = lines[0] if isinstance(lines, list) and lines else None
    return first if isinstance(first, dict) else {}


def _stranger(joined: Mapping[str, Any], version: Entry, told: str) -> str:
    """Avalon Q, Antminer S19, whatsminer v1.4.0, bdminer 4.11.1 …"""
    names = (version.get("PROD"), version.get("Type"), told)
    replies = (status(joined), status(_reply(joined, "version")), status(_reply(joined, "summary")), joined)
    programs = (reply.get("Description") for reply in replies)
    return next((word for value in (*names, *programs) if (word := parse.text(value, 60))), "an unknown device")


def _tokens(stats: Entry) -> dict[str, str]:
    line = next((value for key, value in stats.items() if key.startswith("MM ID0")), None)
    return dict(_TOKEN.findall(line)) if isinstance(line, str) else {}


def _first(joined: Mapping[str, Any], name: str, payload: str) -> Entry:
    """The first entry of a section, empty when the section is missing or refused."""
    entries = _entries(joined, name, payload)
    return entries[0] if entries else {}


def _entries(joined: Mapping[str, Any], name: str, payload: str) -> list[Entry]:
    """The entries of one section: {"pools": [{"STATUS": […], "POOLS": […]}]}."""
    entries = _reply(joined, name).get(payload)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _reply(joined: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    replies = joined.get(name)
    reply = replies[0] if isinstance(replies, list) and replies else None
    return reply if isinstance(reply, dict) else {}
