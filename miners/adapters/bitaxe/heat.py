"""After an overheat. Before 2.11 AxeOS falls to 50 MHz and latches; from 2.11 on it cools and resumes by itself, lower.

How the step down is told from a missed setting: miners.adapters.recovery.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.adapters import parse
from miners.contract import Refused

COOL_C = 60  # it trips at 75
COOL_VR_C = 80  # its voltage regulator trips at 105
LATCHES = ("overheat_mode", "overheat")  # the second in 2.1.9 only


def overheated(info: Mapping[str, Any]) -> bool:
    return parse.flag(parse.first(info, *LATCHES))


def release(info: Mapping[str, Any]) -> dict[str, object]:
    """What is written beside a new setting to a board that overheated. Refused, for later, while it must cool."""
    if "manualFanSpeed" in info:  # 2.11
        raise Refused("It overheated and cools down by itself: settings wait until it hashes again.", retry=True)
    for name, key, cool_c in (("", "temp", COOL_C), ("its voltage regulator ", "vrTemp", COOL_VR_C)):
        temperature = parse.temperature_c(info.get(key))
        if temperature is not None and temperature > cool_c:
            raise Refused(f"It overheated and {name}still has {temperature:g} °C; it must cool down first.", retry=True)
    return {next(key for key in LATCHES if key in info): 0}
