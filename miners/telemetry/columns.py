"""Which columns of telemetry are condensed, and how."""

from __future__ import annotations

MEANS = (
    "hashrate_ghs",
    "expected_hashrate_ghs",
    "power_w",
    "wall_power_w",
    "temperature_c",
    "vr_temperature_c",
    "fan_percent",
    "fan_rpm",
    "frequency_mhz",
    "core_voltage_mv",
    "rssi_dbm",
)
BOUNDED = ("hashrate_ghs", "power_w", "wall_power_w", "temperature_c", "vr_temperature_c")  # with _min and _max
COUNTERS = ("accepted", "rejected")  # since the device's boot; condensed to what was added in a bucket
