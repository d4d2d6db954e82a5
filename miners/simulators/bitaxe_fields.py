"""Which keys AxeOS has at which version: `GET /api/system/info` and `PATCH /api/system`."""

from __future__ import annotations

from miners.simulators.firmware import Change, Version, keys_at

_STRATUM_LEGACY = (
    "stratumURL stratumPort stratumUser stratumPassword stratumSuggestedDifficulty stratumExtranonceSubscribe "
    "stratumTLS stratumCert stratumDecodeCoinbase stratumProtocol stratumV2AuthorityPubkey stratumV2ChannelType "
    "fallbackStratumURL fallbackStratumPort fallbackStratumUser fallbackStratumPassword "
    "fallbackStratumSuggestedDifficulty fallbackStratumExtranonceSubscribe fallbackStratumTLS fallbackStratumCert "
    "fallbackStratumDecodeCoinbase fallbackStratumProtocol fallbackStratumV2AuthorityPubkey "
    "fallbackStratumV2ChannelType"
)

INFO: tuple[Change, ...] = (
    (
        (2, 0, 0),
        "power voltage current fanSpeed temp hashRate bestDiff freeHeap coreVoltage coreVoltageActual frequency ssid "
        "wifiPass wifiStatus sharesAccepted sharesRejected uptimeSeconds ASICModel stratumURL stratumPort stratumUser "
        "version runningPartition flipscreen invertscreen",
        "",
    ),
    ((2, 0, 2), "invertfanpolarity autofanspeed fanspeed", ""),
    ((2, 0, 5), "", "wifiPass"),
    ((2, 0, 7), "boardVersion", ""),
    ((2, 1, 4), "fanSpeedRpm", "fanSpeed"),
    ((2, 1, 5), "bestSessionDiff hostname", ""),
    ((2, 1, 9), "vrTemp asicCount smallCoreCount overheat fanrpm", "fanSpeedRpm"),
    ((2, 1, 10), "overheat_mode", "overheat"),
    ((2, 3, 0), "isUsingFallbackStratum macAddr fallbackStratumURL fallbackStratumPort fallbackStratumUser", ""),
    ((2, 4, 1), "stratumDiff", ""),
    ((2, 4, 3), "idfVersion", ""),
    (
        (2, 6, 0),
        "maxPower nominalVoltage isPSRAMAvailable wifiRSSI apEnabled sharesRejectedReasons overclockEnabled",
        "",
    ),
    ((2, 7, 0), "displayTimeout temptarget", "invertfanpolarity"),
    ((2, 8, 0), "expectedHashrate display statsLimit statsDuration", ""),
    (
        (2, 9, 0),
        "poolDifficulty stratumSuggestedDifficulty stratumExtranonceSubscribe fallbackStratumSuggestedDifficulty "
        "fallbackStratumExtranonceSubscribe responseTime axeOSVersion rotation statsFrequency",
        "stratumDiff asicCount flipscreen statsLimit statsDuration",
    ),
    ((2, 10, 0), "temp2 minFanSpeed", ""),
    (
        (2, 11, 0),
        "errorPercentage poolAddrFamily freeHeapInternal freeHeapSpiram ipv4 ipv6 manualFanSpeed fan2rpm blockFound "
        "blockHeight scriptsig networkDifficulty hashrateMonitor",
        "",
    ),
    ((2, 12, 0), "hashRate_1m hashRate_10m hashRate_1h resetReason", ""),
    (
        (2, 13, 0),
        "poolConnectionInfo stratumTLS stratumCert stratumDecodeCoinbase fallbackStratumTLS fallbackStratumCert "
        "fallbackStratumDecodeCoinbase showNewBlock coinbaseOutputs coinbaseValueTotalSatoshis "
        "coinbaseValueUserSatoshis",
        "poolAddrFamily",
    ),
    (
        (2, 14, 0),
        "actualFrequency responseShareBatch processTime cpuUsage miningPaused stratumProtocol "
        "stratumV2AuthorityPubkey stratumV2ChannelType fallbackStratumV2AuthorityPubkey fallbackStratumV2ChannelType "
        "fallbackStratumProtocol statsLimit blockSignals",
        "",
    ),
    (
        (2, 15, 0),
        "sharesPending workReceived minFreeHeap maxAllocHeap totalUptimeSeconds totalHashes totalLog2Work "
        "primaryPoolIndex secondaryPoolIndex useFallbackStratum pools useCustomWWW partitions",
        "",
    ),
)

PATCH: tuple[Change, ...] = (
    (
        (2, 0, 0),
        "coreVoltage flipscreen frequency invertscreen ssid stratumPort stratumURL stratumUser wifiPass",
        "",
    ),
    ((2, 0, 2), "autofanspeed fanspeed invertfanpolarity", ""),
    ((2, 0, 7), "stratumPassword", ""),
    ((2, 1, 5), "hostname", ""),
    ((2, 1, 9), "overheat", ""),
    ((2, 1, 10), "overheat_mode", "overheat"),
    ((2, 3, 0), "fallbackStratumPassword fallbackStratumPort fallbackStratumURL fallbackStratumUser", ""),
    ((2, 6, 0), "overclockEnabled", ""),
    ((2, 7, 0), "displayTimeout temptarget", "invertfanpolarity"),
    ((2, 8, 0), "display statsDuration statsLimit", ""),
    (
        (2, 9, 0),
        "fallbackStratumExtranonceSubscribe fallbackStratumSuggestedDifficulty rotation statsFrequency "
        "stratumExtranonceSubscribe stratumSuggestedDifficulty",
        "flipscreen statsDuration statsLimit",
    ),
    ((2, 10, 0), "minFanSpeed", ""),
    ((2, 11, 0), "displayOffset manualFanSpeed useFallbackStratum", "fanspeed"),
    (
        (2, 13, 0),
        "fallbackStratumCert fallbackStratumDecodeCoinbase fallbackStratumTLS stratumCert stratumDecodeCoinbase "
        "stratumTLS",
        "",
    ),
    (
        (2, 14, 0),
        "fallbackStratumProtocol fallbackStratumV2AuthorityPubkey fallbackStratumV2ChannelType stratumProtocol "
        "stratumV2AuthorityPubkey stratumV2ChannelType",
        "",
    ),
    ((2, 15, 0), "pools primaryPoolIndex secondaryPoolIndex useCustomWWW", _STRATUM_LEGACY),
)


def info_keys(firmware: Version) -> tuple[str, ...]:
    return keys_at(INFO, firmware)


def patch_keys(firmware: Version) -> frozenset[str]:
    return frozenset(keys_at(PATCH, firmware))
