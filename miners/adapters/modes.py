"""Modes of a board that is tuned by frequency and core voltage: resolved from what the board itself offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from miners.contract import Preset

MODES = ("eco", "standard", "turbo", "oc")
CUSTOM = "custom"
SAME_MHZ = 3.0  # options lie at least 5 MHz and 5 mV apart; firmware rounds what was written
SAME_MV = 4.0
VOLTAGE_SLOPE = 0.5  # the core voltage moves half as much, in per cent, as the frequency


@dataclass(frozen=True, slots=True)
class Setting:
    """A pair that is always written together."""

    frequency_mhz: float
    core_voltage_mv: float


def resolve(
    frequencies: Sequence[float], voltages: Sequence[float], stock: Setting, eco: Setting | None = None
) -> dict[str, Setting]:
    """The four modes, least power first, each within the board's own options.

    standard is the board's default, eco its own eco setting or its lowest frequency, oc its highest, turbo half-way.
    A board that offers nothing above its default has the same setting under several names.
    """
    lowest, highest = min(frequencies), max(frequencies)
    default = Setting(clamp(stock.frequency_mhz, frequencies), clamp(stock.core_voltage_mv, voltages))
    top = max(highest, default.frequency_mhz)
    between = [mhz for mhz in frequencies if mhz > default.frequency_mhz] or [default.frequency_mhz]
    halfway = nearest(between, (default.frequency_mhz + top) / 2)
    return {
        "eco": eco if eco and eco.frequency_mhz <= default.frequency_mhz else _at(lowest, default, voltages),
        "standard": default,
        "turbo": _at(halfway, default, voltages),
        "oc": _at(top, default, voltages),
    }


def _at(frequency_mhz: float, default: Setting, voltages: Sequence[float]) -> Setting:
    """`frequency_mhz` with the option nearest to the voltage it needs."""
    if frequency_mhz == default.frequency_mhz:
        return default
    change = frequency_mhz / default.frequency_mhz - 1
    return Setting(frequency_mhz, nearest(voltages, default.core_voltage_mv * (1 + VOLTAGE_SLOPE * change)))


def nearest(options: Sequence[float], wanted: float) -> float:
    """The option nearest to `wanted`, the lower one of two."""
    return min(options, key=lambda option: (abs(option - wanted), option))


def clamp(value: float, options: Sequence[float]) -> float:
    return min(max(value, min(options)), max(options))


def told(frequency_mhz: float | None, core_voltage_mv: float | None, presets: Mapping[str, Preset]) -> str | None:
    """The mode a device runs in: the first preset with both values, "custom" for none, None when it cannot be told."""
    if frequency_mhz is None or core_voltage_mv is None or not presets:
        return None
    for name, preset in presets.items():
        if _same(frequency_mhz, preset.frequency_mhz, SAME_MHZ) and _same(
            core_voltage_mv, preset.core_voltage_mv, SAME_MV
        ):
            return name
    return CUSTOM


def _same(value: float, preset: float | None, tolerance: float) -> bool:
    return preset is not None and abs(value - preset) <= tolerance
