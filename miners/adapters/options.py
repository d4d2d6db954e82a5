"""Options as JSON, for the row that keeps them between polls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from miners.contract import Options, Preset


def to_json(options: Options) -> dict[str, Any]:
    """Options as what JSON can hold; the order of the modes is kept in a list, because jsonb sorts keys."""
    return {
        "firmware": options.firmware,
        "model": options.model,
        "modes": [{"name": name, **asdict(preset)} for name, preset in options.modes.items()],
        "frequencies_mhz": list(options.frequencies_mhz),
        "core_voltages_mv": list(options.core_voltages_mv),
    }


def from_json(stored: Mapping[str, Any] | None) -> Options | None:
    """The inverse of `to_json`; None for None."""
    if stored is None:
        return None
    return Options(
        firmware=stored["firmware"],
        model=stored["model"],
        modes={mode["name"]: Preset(**{key: mode[key] for key in mode if key != "name"}) for mode in stored["modes"]},
        frequencies_mhz=tuple(stored["frequencies_mhz"]),
        core_voltages_mv=tuple(stored["core_voltages_mv"]),
    )
