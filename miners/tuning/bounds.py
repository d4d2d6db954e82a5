"""What a board may be set to: from its lowest to its highest own option, nothing outside."""

from __future__ import annotations

from collections.abc import Sequence

from miners.adapters.modes import Setting
from miners.adapters.options import from_json
from miners.contract import Options
from miners.models import Miner
from miners.services import Invalid


def require(miner: Miner, wanted: Setting) -> None:
    """Raises Invalid, naming the value and the allowed range. Without known options the driver decides."""
    options = from_json(miner.status.options) or Options()
    _within("frequency_mhz", wanted.frequency_mhz, options.frequencies_mhz, "MHz")
    _within("core_voltage_mv", wanted.core_voltage_mv, options.core_voltages_mv, "mV")


def _within(field: str, wanted: float, supported: Sequence[float], unit: str) -> None:
    if supported and not min(supported) <= wanted <= max(supported):
        raise Invalid(
            field, f"{wanted:g} is outside what its board supports: {min(supported):g} to {max(supported):g} {unit}."
        )
