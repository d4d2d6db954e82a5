"""The numbers and words of `GET /api/system/info`, as each AxeOS generation writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.simulators.boards import Board
from miners.simulators.firmware import Version
from miners.simulators.machine import Sample

_SUFFIXES = ("", *"kMGTPE")
NETWORK_DIFFICULTY = 146_472_570_619_930


def static(board: Board, firmware: Version, name: str, host: str, mac: str) -> dict[str, Any]:
    """What never changes while a firmware runs."""
    return {
        "ASICModel": board.asic_model,
        "asicCount": board.asic_count,
        "smallCoreCount": board.small_cores,
        "boardVersion": board.board_version,
        "maxPower": board.max_power_w,
        "nominalVoltage": round(board.input_mv / 1000),
        "version": name,
        "axeOSVersion": name,
        "idfVersion": "v5.5.3" if firmware >= (2, 14, 0) else "v5.4.1",
        "macAddr": mac.upper(),
        "ipv4": host,
        "ipv6": "FE80::1",
        "wifiStatus": "Connected!",
        "apEnabled": 0,
        "isPSRAMAvailable": 1,
        "runningPartition": "ota_0",
        "resetReason": "Software reset via esp_restart",
        "poolAddrFamily": 2,
        "poolConnectionInfo": "IPv4",
        "display": "SSD1306 (128x32)",
        "blockFound": 0,
        "showNewBlock": False,
        "blockHeight": 931_409,
        "scriptsig": "/simulated/",
        "networkDifficulty": NETWORK_DIFFICULTY,
        "coinbaseOutputs": [],
        "coinbaseValueTotalSatoshis": 314_153_210,
        "coinbaseValueUserSatoshis": 314_153_210,
        "blockSignals": [],
        "freeHeap": 8_212_708,
        "freeHeapInternal": 104_027,
        "freeHeapSpiram": 8_140_652,
        "minFreeHeap": 8_102_344,
        "maxAllocHeap": 65_536,
        "responseShareBatch": 1,
        "processTime": 0.812,
        "cpuUsage": 21.5,
        "sharesPending": 0,
        "workReceived": 618,
        "totalLog2Work": 69.73,
        "useCustomWWW": 0,
        "fan2rpm": 0,
        "statsLimit": 720,
        "statsDuration": 1,
        "partitions": [{"label": "ota_0", "isCurrent": True, "isFactory": False, "version": name}],
    }


def measured(
    board: Board, firmware: Version, sample: Sample, settings: Mapping[str, Any], *, on: bool
) -> dict[str, Any]:
    """What the sensors say; `on`: the ASIC is powered."""
    no_temperature = -1 if firmware > (2, 10, 1) else 0
    duty = _duty(board, sample, settings)
    rejections = [{"message": "Stale", "count": sample.rejected}] if sample.rejected else []
    expected = board.expected_ghs(settings["frequency"])
    return {
        "power": round(sample.power_w, 6),
        "voltage": board.input_mv,
        "current": round(sample.power_w / board.input_mv * 1e6, 3),
        "temp": round(sample.temperature_c * 8) / 8 if on else no_temperature,
        "temp2": no_temperature,
        "vrTemp": round(sample.temperature_c + 3),
        "hashRate": round(sample.hashrate_ghs, 7) if on else 0,
        "hashRate_1m": round(sample.hashrate_1m_ghs, 7),
        "hashRate_10m": round(sample.hashrate_10m_ghs, 7),
        "hashRate_1h": round(sample.hashrate_1h_ghs, 7),
        "expectedHashrate": round(expected),
        "errorPercentage": 0.1318244 if on else 0,
        "coreVoltageActual": _number(settings["coreVoltage"] - 6 if on else 0, firmware >= (2, 14, 0)),
        "frequency": _number(settings["frequency"], firmware >= (2, 13, 0)),
        "actualFrequency": float(settings["frequency"]) if on else 0.0,
        "fanspeed": _number(duty, (2, 11, 0) <= firmware < (2, 14, 0)),
        "fanSpeed": duty * 72,  # rpm, as its later names say
        "fanrpm": duty * 72,
        "fanSpeedRpm": duty * 72,
        "sharesAccepted": sample.accepted,
        "sharesRejected": sample.rejected,
        "sharesRejectedReasons": rejections,
        "bestDiff": difficulty(sample.best_difficulty, firmware),
        "bestSessionDiff": difficulty(sample.best_session_difficulty, firmware),
        "stratumDiff": int(board.share_difficulty),
        "poolDifficulty": int(board.share_difficulty),
        "responseTime": 38.5,
        "uptimeSeconds": sample.uptime_s,
        "totalUptimeSeconds": sample.uptime_s + 864_000,
        "totalHashes": int(sample.average_ghs * sample.uptime_s),
        "wifiRSSI": -52,
        "hashrateMonitor": {"asics": [{"total": round(sample.hashrate_ghs, 7), "domains": [], "errorCount": 12}]},
    }


def _number(value: float, fractional: bool) -> float:
    return float(value) if fractional else value


def difficulty(value: float, firmware: Version) -> str | int:
    """`"4.29G"`, with a space in 2.10, a number from 2.11."""
    if firmware >= (2, 11, 0):
        return int(value)
    return written(value, space=" " if firmware >= (2, 10, 0) else "")


def written(value: float, *, space: str = "") -> str:
    """A difficulty as a display shows it: `4.29G`."""
    power = 0
    while value >= 1000 and power < len(_SUFFIXES) - 1:  # noqa: PLR2004  the next suffix
        value /= 1000
        power += 1
    return f"{value:.2f}{space}{_SUFFIXES[power]}" if power else f"{value:.0f}"


def _duty(board: Board, sample: Sample, settings: Mapping[str, Any]) -> int:
    """Fan duty in percent: what it is set to, or what the heat needs."""
    if not settings.get("autofanspeed"):
        return int(settings["manualFanSpeed"])
    return round(min(100.0, 25 + 60 * sample.power_w / board.max_power_w))
