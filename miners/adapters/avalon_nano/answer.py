"""The joined answer of an Avalon Nano, taken apart once: cgminer's sections, and the bracketed tokens of MM ID0."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from miners.adapters import parse
from miners.adapters.avalon_nano import strangers
from miners.contract import Garbled

Entry = Mapping[str, Any]

_TOKEN = re.compile(r"(?<!\w)(\w{1,40})\[([^\[\]]*)\]", re.ASCII)  # linear in time whatever is sent
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
MODELS: Mapping[str, Model] = {  # by the first part of Ver, by MODEL, or by the ID of the statistics
    "nano3s": NANO3S,
    "nano3": NANO3,
    "0o3": NANO3,  # the factory has cut some model names short
    "avanano0": NANO3,
}


@dataclass(frozen=True, slots=True)
class Nano:
    model: Model
    tokens: Mapping[str, str]
    summary: Entry
    version: Entry
    pools: Sequence[Entry]
    wifi: Mapping[str, str]  # the tokens of litestats, which only the 3S knows

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
    stats = _first(joined, "estats", "STATS") or _first(joined, "stats", "STATS")
    tokens = _tokens(stats)
    version = _first(joined, "version", "VERSION")
    model = next((found for name in _names(tokens, version, stats) if (found := MODELS.get(name.lower()))), None)
    if model is None:
        words = f"Not an Avalon Nano: it answers like {strangers.name(joined)}."
        raise Garbled(words, mac=parse.mac(version.get("MAC")))
    return Nano(
        model=model,
        tokens=tokens,
        summary=_first(joined, "summary", "SUMMARY"),
        version=version,
        pools=_entries(joined, "pools", "POOLS"),
        wifi=_tokens(_first(joined, "litestats", "STATS")),
    )


def status(reply: Mapping[str, Any]) -> Entry:
    """The STATUS line of one reply, empty when it has none."""
    lines = reply.get("STATUS")
    first = lines[0] if isinstance(lines, list) and lines else None
    return first if isinstance(first, dict) else {}


def _names(tokens: Mapping[str, str], version: Entry, stats: Entry) -> tuple[str, ...]:
    """Where a Nano may tell its model, best first."""
    told = (tokens.get("Ver") or stats.get("ID"), version.get("MODEL"))
    return tuple((parse.text(name) or "").split("-", 1)[0] for name in told)


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
