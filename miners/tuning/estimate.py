"""What a setting would draw and hash, scaled from the board's stock setting. Pure.

Hashrate goes with the frequency, power with the frequency and the square of the core voltage.
"""

from __future__ import annotations

from dataclasses import dataclass

from miners.adapters.modes import Setting
from miners.contract import Options

STOCK = "standard"  # the mode that is the board's own default
GHS_PER_THS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """None: neither the board nor the catalogue tells."""

    power_w: float | None = None
    hashrate_ghs: float | None = None
    above_stock: bool = False

    @property
    def efficiency_j_th(self) -> float | None:
        if self.power_w is None or not self.hashrate_ghs:
            return None
        return self.power_w / self.hashrate_ghs * GHS_PER_THS


def stock_of(options: Options) -> Setting | None:
    """The board's default; None when it is not known."""
    preset = options.modes.get(STOCK)
    if preset is None or preset.frequency_mhz is None or preset.core_voltage_mv is None:
        return None
    return Setting(preset.frequency_mhz, preset.core_voltage_mv)


def estimate(options: Options, setting: Setting) -> Estimate:
    stock = stock_of(options)
    if stock is None:
        return Estimate()
    preset = options.modes[STOCK]
    speed = setting.frequency_mhz / stock.frequency_mhz
    voltage = setting.core_voltage_mv / stock.core_voltage_mv
    return Estimate(
        power_w=None if preset.power_w is None else preset.power_w * speed * voltage**2,
        hashrate_ghs=None if preset.hashrate_ghs is None else preset.hashrate_ghs * speed,
        above_stock=speed > 1 or voltage > 1,
    )
