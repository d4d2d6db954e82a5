"""What a setting may hold, and the check that AxeOS makes from 2.11 on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Number:
    low: float
    high: float

    def allows(self, value: Any) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Text:
    shortest: int
    longest: int

    def allows(self, value: Any) -> bool:
        return isinstance(value, str) and self.shortest <= len(value) <= self.longest


FLAG = Number(0, 1)  # booleans are numbers to Python and to AxeOS alike
PORT = Number(1, 65_535)

RULES: Mapping[str, Number | Text] = {
    "frequency": Number(1, 65_535),
    "coreVoltage": Number(1, 65_535),
    "autofanspeed": FLAG,
    "fanspeed": Number(0, 100),
    "manualFanSpeed": Number(0, 100),
    "minFanSpeed": Number(0, 99),
    "temptarget": Number(35, 66),
    "overheat_mode": Number(0, 0),
    "overclockEnabled": FLAG,
    "displayTimeout": Number(-1, 71_582),
    "rotation": Number(0, 270),
    "invertscreen": FLAG,
    "statsFrequency": Number(0, 65_535),
    "hostname": Text(1, 32),
    "ssid": Text(1, 32),
    "useFallbackStratum": FLAG,
    "stratumURL": Text(0, 255),
    "stratumPort": PORT,
    "stratumUser": Text(0, 255),
    "stratumPassword": Text(0, 255),
    "fallbackStratumURL": Text(0, 255),
    "fallbackStratumPort": PORT,
    "fallbackStratumUser": Text(0, 255),
    "fallbackStratumPassword": Text(0, 255),
    "stratumTLS": Number(0, 2),
    "fallbackStratumTLS": Number(0, 2),
    "stratumExtranonceSubscribe": FLAG,
    "fallbackStratumExtranonceSubscribe": FLAG,
    "stratumDecodeCoinbase": FLAG,
    "fallbackStratumDecodeCoinbase": FLAG,
    "stratumSuggestedDifficulty": Number(0, 65_535),
    "fallbackStratumSuggestedDifficulty": Number(0, 65_535),
    "stratumProtocol": Text(3, 3),
    "fallbackStratumProtocol": Text(3, 3),
    "primaryPoolIndex": Number(0, 7),
    "secondaryPoolIndex": Number(0, 7),
}


def allowed(key: str, value: Any) -> bool:
    rule = RULES.get(key)
    return value is not None and (rule is None or rule.allows(value))


def same_type(key: str, value: Any) -> bool:
    """What firmware without checks takes: a number for a number, a text for a text, anything for the rest."""
    match RULES.get(key):
        case Number():
            return isinstance(value, int | float)
        case Text():
            return isinstance(value, str)
    return True
