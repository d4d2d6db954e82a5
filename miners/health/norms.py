"""What the families bear: temperatures that are easy for them, and those at which they stop or suffer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from miners.contract import Kind


@dataclass(frozen=True, slots=True)
class Heat:
    """A sensor's range: at `easy_c` and below all is well, at `limit_c` nothing is."""

    easy_c: float
    limit_c: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """None: no limit is known. `sets_frequency`: its frequency is a setting, not a measurement that wanders."""

    chip: Heat | None = None
    regulator: Heat | None = None
    sets_frequency: bool = True


NORMS: Mapping[str, Norm] = {
    # AxeOS holds 60 °C by its fan where it may; it trips at 75 °C, its regulator at 105 °C.
    Kind.BITAXE: Norm(chip=Heat(65, 75), regulator=Heat(80, 105)),
    # overheat_temp is 70 °C unless its owner changed it, the fan's goal 60 °C.
    Kind.NERDQAXE: Norm(chip=Heat(60, 70), regulator=Heat(80, 105)),
    # It holds the mean of its chips at TarT, 85 to 90 °C, on purpose; where it trips is not documented.
    Kind.AVALON_NANO: Norm(chip=Heat(92, 100), sets_frequency=False),
    # The bound of the ESP32 modules they are built on.
    Kind.NMMINER: Norm(chip=Heat(65, 85)),
}
STRANGER = Norm()


def norm_of(kind: str) -> Norm:
    """A third party's family has none: its temperature is left out of the score."""
    return NORMS.get(kind, STRANGER)
