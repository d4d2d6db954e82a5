"""The numbers and words of a NerdQAxe's `GET /api/system/info`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.simulators.bitaxe_info import NETWORK_DIFFICULTY, written
from miners.simulators.boards import Board
from miners.simulators.firmware import Version
from miners.simulators.machine import Sample

NUMBERS_SINCE = (1, 0, 35)


def static(board: Board, name: str, mac: str) -> dict[str, Any]:
    """What never changes while a firmware runs."""
    return {
        "ASICModel": board.asic_model,
        "deviceModel": board.device_model,
        "boardVersion": board.board_version,
        "asicCount": board.asic_count,
        "smallCoreCount": board.small_cores,
        "asicTemps": [0] * board.asic_count,
        "minPower": board.min_power_w,
        "maxPower": board.max_power_w,
        "minVoltage": 11,
        "maxVoltage": 13,
        "minCurrentA": 0,
        "maxCurrentA": 12,
        "defaultFrequency": board.default_frequency_mhz,
        "defaultCoreVoltage": board.default_voltage_mv,
        "defaultVrFrequency": 25_011,
        "macAddr": mac.upper(),
        "wifiStatus": "Connected!",
        "wifiRSSI": -57,
        "version": name,
        "runningPartition": "ota_0",
        "lastResetReason": "SYSTEM.RESET_SOFTWARE",
        "defaultTheme": "cosmic",
        "freeHeap": 7_912_345,
        "freeHeapInt": 148_248,
        "lastpingrtt": 34.1,
        "recentpingloss": 0,
        "duplicateHWNonces": 0,
        "foundBlocks": 0,
        "totalFoundBlocks": 0,
        "networkDifficulty": NETWORK_DIFFICULTY,
        "fanCount": 2,
        "blockHeaders": [],
        "can": {"hasExtension": False, "enabled": False},
        "overheat_mode": 0,
    }


def measured(board: Board, sample: Sample, settings: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
    """What the sensors say; `on`: the ASICs are powered."""
    duty = _duty(board, sample, settings)
    current_a = round(sample.power_w / board.input_mv * 1000, 4)
    return {
        "power": round(sample.power_w, 3),
        "voltage": board.input_mv,
        "current": round(current_a * 1000, 1),
        "currentA": current_a,
        "temp": round(sample.temperature_c * 8) / 8,
        "vrTemp": round(sample.temperature_c + 5),
        "vrTempInt": round(sample.temperature_c + 9),
        "hashRate": round(sample.hashrate_ghs, 3) if on else 0,
        "hashRate_1m": round(sample.hashrate_1m_ghs, 3),
        "hashRate_10m": round(sample.hashrate_10m_ghs, 3),
        "hashRate_1h": round(sample.hashrate_1h_ghs, 3),
        "hashRate_1d": round(sample.average_ghs, 3),
        "hashRateTimestamp": sample.uptime_s * 1000,
        "coreVoltageActual": settings["coreVoltage"] - 1 if on else 0,
        "fanspeed": duty,
        "fanspeed2": duty,
        "fanrpm": duty * 31,
        "fanrpm2": duty * 30,
        "sharesAccepted": sample.accepted,
        "sharesRejected": sample.rejected,
        "poolDifficulty": int(board.share_difficulty),
        "uptimeSeconds": sample.uptime_s,
    }


def best(sample: Sample, firmware: Version) -> dict[str, str | int]:
    """Texts up to 1.0.34, numbers from 1.0.35."""
    values = {"bestDiff": sample.best_difficulty, "bestSessionDiff": sample.best_session_difficulty}
    as_number = firmware >= NUMBERS_SINCE
    return {key: int(value) if as_number else written(value) for key, value in values.items()}


def stratum(sample: Sample, settings: Mapping[str, Any], *, on_fallback: bool, connected: bool) -> dict[str, Any]:
    """The object of 1.0.35 and later: in failover mode one entry, the active pool; in dual mode two."""
    dual = settings["poolMode"] == 1
    entry = {
        "connected": connected,
        "poolDifficulty": 4096,
        "poolDiffErr": False,
        "accepted": sample.accepted,
        "rejected": sample.rejected,
        "pingRtt": 34.1,
        "pingLoss": 0,
        "bestDiff": int(sample.best_session_difficulty),
    }
    return {
        "poolMode": settings["poolMode"],
        "activePoolMode": settings["poolMode"],
        "poolBalance": settings["poolBalance"],
        "usingFallback": on_fallback,
        "totalBestDiff": int(sample.best_difficulty),
        "pools": [entry, entry] if dual else [entry],
    }


def _duty(board: Board, sample: Sample, settings: Mapping[str, Any]) -> int:
    if settings["autofanspeed"] == 0:
        return int(settings["manualFanSpeed"])
    return round(min(100.0, 25 + 55 * sample.power_w / board.max_power_w))
