"""Boards whose options are known, and profiles for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from miners.adapters.options import to_json
from miners.contract import Options, Preset
from miners.models import Miner, TuningProfile
from miners.wall import miners_with_status
from tests import factories

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GAMMA = Options(
    firmware="v2.14.0",
    model="Gamma 601",
    modes={
        "eco": Preset(frequency_mhz=400, core_voltage_mv=1000, power_w=10.8, hashrate_ghs=816),
        "standard": Preset(frequency_mhz=525, core_voltage_mv=1150, power_w=18.8, hashrate_ghs=1071),
        "oc": Preset(frequency_mhz=625, core_voltage_mv=1250, power_w=26.4, hashrate_ghs=1275),
    },
    frequencies_mhz=(400, 490, 525, 550, 600, 625),
    core_voltages_mv=(1000, 1060, 1100, 1150, 1200, 1250),
)


def board(name: str = "Blue", kind: str = "bitaxe", now: datetime = NOW, **changes: Any) -> Miner:
    """As the pages' query gives it; set to 550 MHz at 1200 mV."""
    seen: dict[str, Any] = {"frequency_mhz": 550.0, "core_voltage_mv": 1200.0, "options": to_json(GAMMA)}
    return miners_with_status().get(pk=factories.miner(name, kind, now, **(seen | changes)).pk)


def profile(name: str = "Quiet", **changes: Any) -> TuningProfile:
    values: dict[str, Any] = {
        "kind": "bitaxe", "model": "Gamma 601", "frequency_mhz": 490, "core_voltage_mv": 1060,
    }  # fmt: skip
    return TuningProfile.objects.create(name=name, **(values | changes))
