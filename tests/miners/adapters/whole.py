"""A reading against what a person worked out, every field of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import pytest

from miners.contract import Options, Reading

Settings = Mapping[str, tuple[float, float]]


def assert_same(reading: Reading, expected: Reading) -> None:
    """Every field but the options; numbers as exact as a float is."""
    for field in fields(Reading):
        if field.name == "options":
            continue
        got, wanted = getattr(reading, field.name), getattr(expected, field.name)
        if isinstance(wanted, float):
            wanted = pytest.approx(wanted)
        assert got == wanted, field.name


def settings_of(options: Options | None) -> Settings:
    """MHz and mV of every mode."""
    assert options is not None
    return {name: (preset.frequency_mhz or 0, preset.core_voltage_mv or 0) for name, preset in options.modes.items()}
