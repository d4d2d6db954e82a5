"""What the sources of prices are called."""

from __future__ import annotations

from collections.abc import Mapping

OCTOPUS = "octopus"
FIXED = "fixed"
TIME_OF_USE = "time_of_use"
CSV = "csv"
HOME_ASSISTANT = "home_assistant"
TIBBER = "tibber"
NORD_POOL = "nord_pool"
ENERGY_CHARTS = "energy_charts"
AWATTAR = "awattar"

NAMES: Mapping[str, str] = {
    OCTOPUS: "Octopus Agile",
    FIXED: "Fixed price",
    TIME_OF_USE: "Time of use",
    CSV: "CSV file",
    HOME_ASSISTANT: "Home Assistant entity",
    TIBBER: "Tibber",
    NORD_POOL: "Nord Pool",
    ENERGY_CHARTS: "Energy-Charts",
    AWATTAR: "aWATTar",
}
