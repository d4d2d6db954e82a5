"""How an NMMiner writes its numbers: display strings in every generation but the last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.contract import PoolEndpoint
from miners.simulators.firmware import Version
from miners.simulators.machine import Sample

EARLIER_UPTIME_S = 2_400_000

_SUFFIXES = ("", *"KMGTPE")

FACTORY: Mapping[str, Any] = {
    "WiFiSSID": "",
    "WiFiPWD": "",
    "PrimaryPool": "",
    "PrimaryPassword": "",
    "PrimaryAddress": "",
    "SecondaryPool": "",
    "SecondaryPassword": "",
    "SecondaryAddress": "",
    "Timezone": 0,
    "UIRefresh": 2,
    "ScreenTimeout": 60,
    "Brightness": 100,
    "SaveUptime": True,
    "LedEnable": True,
    "RotateScreen": False,
    "BTCPrice": False,
    "AutoBrightness": False,
}


def configured(first: PoolEndpoint, second: PoolEndpoint) -> dict[str, Any]:
    """The whole configuration of a miner somebody has set up."""
    return {
        **FACTORY,
        "WiFiSSID": "simulated",
        "WiFiPWD": "simulated-password",
        "PrimaryPool": first.url,
        "PrimaryPassword": first.password,
        "PrimaryAddress": first.user,
        "SecondaryPool": second.url,
        "SecondaryPassword": second.password,
        "SecondaryAddress": second.user,
    }


def status(sample: Sample, firmware: Version, name: str, host: str, pool: str) -> dict[str, Any]:
    """The datagram of UDP 12345."""
    early = firmware < (1, 0, 0)
    shares = f"{sample.rejected}/{sample.accepted}"
    total = max(1, sample.accepted + sample.rejected)
    hashes = sample.hashrate_ghs * 1e9
    best = f"{scaled(sample.best_session_difficulty)}\r{scaled(sample.best_difficulty)}"
    uptime = f"{clock(sample.uptime_s)}\r{clock(sample.uptime_s + EARLIER_UPTIME_S)}"
    return {
        "IP" if early else "ip": host,
        "BoardType": "NMLotto" if early else "ESP32-2432S028R-2USB",
        "HashRate": f"{hashes / 1000:.2f}K" if early else f"{scaled(hashes, 4)}H/s",
        "Share": shares if early else f"{shares}/{100 * sample.accepted / total:.1f}%",
        "NetDiff": "152.2T",
        "PoolDiff": "0.001",
        "LastDiff": "0.0013",
        "BestDiff": best.partition("\r")[0] if early else best,
        "Valid": 0,
        "Temp": round(sample.temperature_c, 1),
        "RSSI": -62,
        "FreeHeap": 112.3,
        "Uptime": uptime.partition("\r")[0] if early else uptime,
        "Version": name,
        "PoolInUse": pool,
    }


def scaled(value: float, digits: int = 3) -> str:
    """`1.0154M`; nothing behind small numbers."""
    power = 0
    while value >= 1000 and power < len(_SUFFIXES) - 1:  # noqa: PLR2004  the next suffix
        value /= 1000
        power += 1
    return f"{value:.{digits}f}{_SUFFIXES[power]}"


def clock(seconds: int) -> str:
    """`028d 18:25:01`."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"{days:03d}d {hour:02d}:{minute:02d}:{second:02d}"
