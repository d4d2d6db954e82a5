"""The keys of every firmware version against the matrices from its source, where they lie beside the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from miners.simulators import bitaxe_fields, nerdqaxe_fields
from miners.simulators.firmware import Version, version

FACTS = Path(__file__).parents[3] / "shared" / "facts"
AXEOS = FACTS / "axeos_fields_by_version.txt"
NERD = FACTS / "nerdqaxe_fields_by_version.txt"

pytestmark = pytest.mark.skipif(not FACTS.is_dir(), reason="no facts here")

# Members of objects and lists, and what is only there while something is wrong.
NESTED = {"total", "domains", "errorCount", "asics", "power_fault", "hardware_fault"}
NOT_IN_INFO = {"fullHostname", "mdnsHostname"}  # of the answer to a new host name
HISTORY = {"history"}  # only when a query asks for it


@dataclass
class Keys:
    info: set[str] = field(default_factory=set)
    patch: set[str] = field(default_factory=set)


def literal(line: str) -> set[str]:
    """The names in the list or the object that the line ends with."""
    return set(ast.literal_eval(line[min(at for at in (line.find("["), line.find("{")) if at >= 0) :]))


def versions(path: Path) -> Iterator[tuple[Version, list[str]]]:
    for block in re.split(r"^== ", path.read_text(), flags=re.MULTILINE)[1:]:
        head, *lines = block.splitlines()
        if head.startswith("v"):
            yield version(head.split()[0]), lines


def axeos() -> Iterator[tuple[Version, Keys]]:
    now = Keys()
    for found, lines in versions(AXEOS):
        for line in lines:
            match line.split()[0]:
                case "+":
                    now.info |= literal(line)
                case "-":
                    now.info -= literal(line)
                case "PATCH" | "PATCH+":
                    now.patch |= literal(line)
                case "PATCH-":
                    now.patch -= literal(line)
                case word if word.startswith("{"):
                    now.info |= literal(line)
        yield found, Keys(now.info - NESTED - NOT_IN_INFO, set(now.patch))


def nerdqaxe() -> Iterator[tuple[Version, Keys]]:
    now = Keys()
    for found, lines in versions(NERD):
        for line in lines:
            kind, sign = line.split()[:2]
            if kind == "E":
                continue
            target = now.patch if kind == "P" else now.info
            if sign == "-":
                target -= literal(line)
            else:
                target |= literal(line)
        yield found, Keys(now.info - HISTORY, set(now.patch))


def test_every_version_of_axeos_has_the_keys_of_its_source() -> None:
    seen = 0
    for firmware, keys in axeos():
        assert set(bitaxe_fields.info_keys(firmware)) == keys.info, firmware
        assert bitaxe_fields.patch_keys(firmware) == keys.patch, firmware
        seen += 1
    assert seen > 40


def test_every_version_of_the_nerdqaxe_has_the_keys_of_its_source() -> None:
    seen = 0
    for firmware, keys in nerdqaxe():
        assert set(nerdqaxe_fields.info_keys(firmware)) == keys.info, firmware
        assert nerdqaxe_fields.patch_keys(firmware) == keys.patch, firmware
        seen += 1
    assert seen > 35
