"""Which keys the NerdQAxe firmware has at which version: `GET /api/system/info` and `PATCH /api/system`."""

from __future__ import annotations

from miners.simulators.firmware import Change, Version, keys_at

_COINBASE = (
    "coinbaseMaxFee coinbaseVerifyForce coinbaseVerifyMode fallbackCoinbaseMaxFee fallbackCoinbaseVerifyForce "
    "fallbackCoinbaseVerifyMode"
)

INFO: tuple[Change, ...] = (
    (
        (1, 0, 0),
        "ASICModel asicCount autofanspeed autoscreenoff bestDiff bestSessionDiff boardVersion coreVoltage "
        "coreVoltageActual current fanrpm fanspeed flipscreen freeHeap frequency hashRate hostname invertfanpolarity "
        "invertscreen overheat_mode power runningPartition sharesAccepted sharesRejected smallCoreCount ssid "
        "stratumPort stratumURL stratumUser temp uptimeSeconds version voltage vrTemp wifiStatus",
        "",
    ),
    ((1, 0, 2), "hashRateTimestamp hashRate_10m hashRate_1d hashRate_1h", "hashRate"),
    ((1, 0, 4), "overheat_temp", "overheat_mode"),
    ((1, 0, 9), "lastResetReason", ""),
    ((1, 0, 14), "maxPower maxVoltage minPower minVoltage", ""),
    ((1, 0, 15), "deviceModel jobInterval", "boardVersion"),
    ((1, 0, 20), "hashRate", ""),
    ((1, 0, 25), "fallbackStratumPort fallbackStratumURL fallbackStratumUser isUsingFallbackStratum", ""),
    ((1, 0, 26), "hostip", ""),
    (
        (1, 0, 29),
        "autofanpolarity defaultCoreVoltage defaultFrequency isStratumConnected pidD pidI pidP pidTargetTemp",
        "",
    ),
    ((1, 0, 30), "lastpingrtt macAddr poolDifficulty stratumDifficulty", ""),
    ((1, 0, 31), "freeHeapInt hashRate_1m wifiRSSI", ""),
    ((1, 0, 32), "stratum_keep", ""),
    (
        (1, 0, 33),
        "defaultVrFrequency duplicateHWNonces fallbackStratumEnonceSubscribe foundBlocks stratumEnonceSubscribe "
        "totalFoundBlocks vrFrequency",
        "",
    ),
    ((1, 0, 34), "asicTemps defaultTheme otp recentpingloss", ""),
    (
        (1, 0, 35),
        "manualFanSpeed shutdown stratum",
        "autofanpolarity isStratumConnected isUsingFallbackStratum",
    ),
    ((1, 0, 36), "currentA fallbackStratumTLS maxCurrentA minCurrentA stratumTLS", ""),
    (
        (1, 0, 37),
        "fallbackStratumProtocol fallbackSv2AuthorityPubkey fallbackSv2ChannelType fanCount fanrpm2 fans fanspeed2 "
        "networkDifficulty stratumProtocol sv2AuthorityPubkey sv2ChannelType vrTempInt",
        "",
    ),
    ((1, 0, 38), "blockHeaders can " + _COINBASE, ""),
)

PATCH: tuple[Change, ...] = (
    (
        (1, 0, 0),
        "autofanspeed autoscreenoff coreVoltage fanspeed flipscreen frequency hostname invertfanpolarity invertscreen "
        "overheat_mode ssid stratumPassword stratumPort stratumURL stratumUser wifiPass",
        "",
    ),
    ((1, 0, 4), "overheat_temp", "overheat_mode"),
    ((1, 0, 15), "jobInterval", ""),
    ((1, 0, 25), "fallbackStratumPassword fallbackStratumPort fallbackStratumURL fallbackStratumUser", ""),
    ((1, 0, 29), "autofanpolarity pidD pidI pidP pidTargetTemp", ""),
    ((1, 0, 30), "stratumDifficulty", ""),
    ((1, 0, 32), "stratum_keep", ""),
    ((1, 0, 33), "fallbackStratumEnonceSubscribe stratumEnonceSubscribe vrFrequency", ""),
    ((1, 0, 35), "manualFanSpeed poolBalance poolMode", "autofanpolarity fanspeed"),
    ((1, 0, 36), "fallbackStratumTLS stratumTLS", ""),
    (
        (1, 0, 37),
        "fallbackStratumProtocol fallbackSv2AuthorityPubkey fallbackSv2ChannelType fans stratumProtocol "
        "sv2AuthorityPubkey sv2ChannelType",
        "",
    ),
    ((1, 0, 38), "canMaster " + _COINBASE, ""),
)

BOOLEANS = frozenset(
    {
        "stratumTLS",
        "fallbackStratumTLS",
        "stratumEnonceSubscribe",
        "fallbackStratumEnonceSubscribe",
        "flipscreen",
        "invertscreen",
        "autoscreenoff",
        "stratum_keep",
        "coinbaseVerifyForce",
        "fallbackCoinbaseVerifyForce",
        "canMaster",
    }
)
TEXTS = frozenset(
    {
        "stratumURL",
        "stratumUser",
        "stratumPassword",
        "fallbackStratumURL",
        "fallbackStratumUser",
        "fallbackStratumPassword",
        "hostname",
        "ssid",
        "wifiPass",
        "sv2AuthorityPubkey",
        "fallbackSv2AuthorityPubkey",
    }
)
FLOATS = frozenset({"pidP", "pidI", "pidD", "coinbaseMaxFee", "fallbackCoinbaseMaxFee"})


def info_keys(firmware: Version) -> tuple[str, ...]:
    return keys_at(INFO, firmware)


def patch_keys(firmware: Version) -> frozenset[str]:
    return frozenset(keys_at(PATCH, firmware))


def takes(key: str, value: object) -> bool:
    """ArduinoJson's `is<T>()`: the wrong JSON type is passed over in silence."""
    if key in BOOLEANS:
        return isinstance(value, bool)
    if key in TEXTS:
        return isinstance(value, str)
    if key in FLOATS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if key == "fans":
        return isinstance(value, list)
    return isinstance(value, int) and not isinstance(value, bool)
