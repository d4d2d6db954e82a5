"""Small payloads of every firmware generation: shapes as devices send them, wallets and addresses made up."""

from __future__ import annotations

from typing import Any

Payload = dict[str, Any]

WALLET = "bc1qplaceholder.rig"
MAC = "02:00:00:00:00:01"

AXEOS_2_0: Payload = {
    "power": 12.4,
    "voltage": 5100,
    "current": 2400,
    "fanSpeed": 4100,
    "temp": 55,
    "hashRate": 432.5,
    "bestDiff": "12.3M",
    "coreVoltage": 1200,
    "coreVoltageActual": 1190,
    "frequency": 485,
    "wifiStatus": "Connected!",
    "sharesAccepted": 7,
    "sharesRejected": 1,
    "uptimeSeconds": 900,
    "ASICModel": "BM1366",
    "stratumURL": "Pool.Example",
    "stratumPort": 3333,
    "stratumUser": WALLET,
    "version": "v2.0.0",
}

AXEOS_2_4: Payload = AXEOS_2_0 | {
    "version": "v2.4.5-3-gabcdef0-dirty",
    "ASICModel": "BM1368",
    "boardVersion": "401",
    "asicCount": 1,
    "smallCoreCount": 1276,
    "bestDiff": "483k",
    "coreVoltage": 1166,
    "frequency": 490,
    "fanrpm": 3517,
    "fanspeed": 35,
    "vrTemp": 78,
    "macAddr": "02:00:00:00:00:01",
    "isUsingFallbackStratum": 0,
    "fallbackStratumURL": "fallback.example",
    "fallbackStratumPort": 3334,
    "fallbackStratumUser": "fallback." + WALLET,
    "overheat_mode": 0,
}

AXEOS_2_6_HEX: Payload = AXEOS_2_4 | {
    "version": "v2.6.0",
    "ASICModel": "BM1366",
    "boardVersion": "302",
    "asicCount": 1,  # it has six, and says so nowhere
    "smallCoreCount": 894,
    "hashRate": 2372.8,
    "power": 58.35,
    "frequency": 525,
    "coreVoltage": 1200,
    "bestDiff": "4.29G",
    "macAddr": "02-00-00-00-00-01",
    "wifiRSSI": -44,
    "power_fault": "",
}

AXEOS_2_10: Payload = {
    "power": 30.5875,
    "voltage": 4968.75,
    "temp": 63,
    "temp2": 0,
    "vrTemp": 68,
    "hashRate": 1658.665,
    "expectedHashrate": 1632,
    "bestDiff": "572.14 M",
    "isUsingFallbackStratum": 1,
    "coreVoltage": 1280,
    "frequency": 800,
    "macAddr": MAC,
    "hostname": "bitaxe 105",
    "wifiRSSI": -69,
    "sharesAccepted": 14,
    "sharesRejected": 0,
    "uptimeSeconds": 132,
    "smallCoreCount": 2040,
    "ASICModel": "BM1370",
    "stratumURL": "pool.example",
    "stratumPort": 21496,
    "stratumUser": WALLET,
    "fallbackStratumURL": "fallback.example",
    "fallbackStratumPort": 3333,
    "fallbackStratumUser": "fallback." + WALLET,
    "version": "v2.10.1",
    "axeOSVersion": "v2.10.1",
    "boardVersion": "601",
    "overheat_mode": 0,
    "fanspeed": 78,
    "fanrpm": 3428,
}

AXEOS_2_12: Payload = AXEOS_2_10 | {
    "version": "v2.12.2",
    "isUsingFallbackStratum": 0,
    "power": 18.75,
    "temp": 60.125,
    "temp2": -1,
    "hashRate": 1072.24,
    "hashRate_1m": 1088.94,
    "hashRate_10m": 1072.33,
    "expectedHashrate": 1071,
    "bestDiff": 49224525,
    "coreVoltage": 1150,
    "frequency": 525,
    "fanspeed": 48.5,
    "resetReason": "Power on",
}

AXEOS_2_14: Payload = AXEOS_2_12 | {
    "version": "v2.14.0",
    "miningPaused": False,
    "frequency": 525.0,
    "actualFrequency": 525,
    "fanspeed": 48,
    "stratumTLS": 0,
    "stratumProtocol": "SV1",
}

AXEOS_2_15: Payload = AXEOS_2_14 | {
    "version": "v2.15.0",
    "useFallbackStratum": 0,
    "primaryPoolIndex": 0,
    "secondaryPoolIndex": 1,
    "pools": [
        {
            "id": 0,
            "stratumProtocol": "SV1",
            "stratumURL": "pool.example",
            "stratumPort": 21496,
            "stratumUser": WALLET,
            "stratumPassword": "*****",
            "stratumSuggestedDifficulty": 1000,
            "stratumExtranonceSubscribe": False,
            "stratumTLS": 0,
            "stratumDecodeCoinbase": True,
        },
        {
            "id": 1,
            "stratumProtocol": "SV1",
            "stratumURL": "fallback.example",
            "stratumPort": 3333,
            "stratumUser": WALLET,
            "stratumPassword": "*****",
            "stratumSuggestedDifficulty": 512,
        },
    ],
}

AXEOS_2_15_PAUSED: Payload = AXEOS_2_15 | {
    "miningPaused": True,
    "power": 2.1,
    "temp": -1,
    "vrTemp": 38,
    "hashRate": 0,
    "hashRate_1m": 600.5,  # the mean still remembers
}

GAMMA_ASIC: Payload = {
    "ASICModel": "BM1370",
    "deviceModel": "Gamma",
    "asicCount": 1,
    "defaultFrequency": 525,
    "frequencyOptions": [400, 490, 525, 550, 600, 625],
    "defaultVoltage": 1150,
    "voltageOptions": [1000, 1060, 1100, 1150, 1200, 1250],
}

NERD_1_0_14: Payload = {  # still with boardVersion, not yet with deviceModel or hashRate
    "ASICModel": "BM1368",
    "boardVersion": "500",
    "autoscreenoff": 0,
    "asicCount": 4,
    "smallCoreCount": 1276,
    "power": 58.9,
    "temp": 54.75,
    "hashRate_10m": 2479.9,
    "coreVoltage": 1250,
    "frequency": 490,
    "bestDiff": "4.12G",
    "sharesAccepted": 3,
    "sharesRejected": 0,
    "stratumURL": "pool.example",
    "stratumPort": 3333,
    "stratumUser": WALLET,
    "version": "v1.0.14",
}

NERD_1_0_30: Payload = {
    "asicCount": 4,
    "smallCoreCount": 2040,
    "deviceModel": "NerdQAxe++",
    "macAddr": "02:00:00:00:00:02",
    "power": 78.25,
    "temp": 54.75,
    "vrTemp": 60,
    "hashRate": 4756.29,
    "bestDiff": "270M",
    "coreVoltage": 1120,
    "defaultCoreVoltage": 1150,
    "frequency": 600,
    "defaultFrequency": 600,
    "sharesAccepted": 348,
    "sharesRejected": 1,
    "isUsingFallbackStratum": True,
    "isStratumConnected": True,
    "fanspeed": 62,
    "fanrpm": 1924,
    "hostname": "nerd",
    "stratumURL": "pool.example",
    "stratumPort": 3333,
    "stratumUser": WALLET,
    "fallbackStratumURL": "fallback.example",
    "fallbackStratumPort": 21496,
    "fallbackStratumUser": WALLET,
    "overheat_temp": 70,
    "ASICModel": "BM1370",
    "uptimeSeconds": 2139,
    "version": "v1.0.30",
}

NERD_1_0_36: Payload = {key: value for key, value in NERD_1_0_30.items() if "isUsing" not in key} | {
    "version": "v1.0.36",
    "hashRate": 5455.55,
    "hashRate_1m": 5511.29,
    "bestDiff": 13790464144,
    "coreVoltage": 1150,
    "wifiRSSI": -63,
    "asicTemps": [0, 0, 0, 0],
    "shutdown": False,
    "otp": False,
    "stratumTLS": False,
    "stratum": {
        "poolMode": 0,
        "activePoolMode": 0,
        "usingFallback": True,
        "pools": [{"connected": True, "accepted": 12, "rejected": 0}],
    },
}

NERD_ASIC: Payload = {
    "ASICModel": "BM1370",
    "deviceModel": "NerdQAxe++",
    "asicCount": 4,
    "defaultFrequency": 600,
    "defaultVoltage": 1150,
    "frequencyOptions": [500, 515, 525, 550, 575, 590, 600],
    "voltageOptions": [1120, 1130, 1140, 1150, 1160, 1170, 1180, 1190, 1200],
}

NANO3S_LINE = (
    "Ver[Nano3s-25021401_56abae7] LVer[25021401_56abae7] FW[Release] DNA[0201000000000001] "
    "SYSTEMSTATU[Work: In Work, Hash Board: 1] Elapsed[15954] ITemp[-273] OTemp[58] TMax[96] TAvg[90] TarT[90] "
    "Fan1[1720] FanR[36%] PS[0 0 27697 4 0 3678 132] GHSspd[6423.03] GHSmm[6580.20] GHSavg[6372.55] Freq[450.95] "
    "PING[71] SoftOFF[0] ECHU[0] ECMM[0] WORKMODE[2] WORKLEVEL[0] MPO[133] CALIALL[7] ADJ[1]"
)
NANO3_LINE = (
    "HashStatus[1] Ver[nano3-24071801_42c628d] HVer[24071801_b906c52_6223725]  DNA[0000000000000000]  "
    "HDNA[02010000d89a0001]  Elapsed[101793] Temp[52] OTemp[45] TMax[87] TAvg[85] TarT[85] Fan1[3360] FanR[43%] Vo[0] "
    "PS[0 0 0 3 2780 92 314] GHSspd[3332.40] GHSmm[3381.96] GHSavg[3044.72] Freq[0.00] PING[166] SoftOFF[0] ECHU[0] "
    "ECMM[0] PVT_T0[ 84  85  86] WORKLEVEL[1] MPO[90] ADJ[1]"
)


def joined(line: str, version: Payload, **summary: object) -> Payload:
    """The answer to `summary+estats+pools+version` of an Avalon whose MM ID0 is `line`."""
    status = {"STATUS": "S", "Description": "cgminer 4.11.1"}
    numbers = {"Elapsed": 15940, "MHS 5m": 6840341.5, "MHS 5s": 99, "Accepted": 2567, "Rejected": 1}
    pools = [
        {"POOL": 0, "URL": "stratum+tcp://Pool.Example:3333", "User": WALLET, "Stratum Active": False},
        {"POOL": 1, "URL": "stratum+tcp://second.example:3334", "User": WALLET, "Stratum Active": True},
        {"POOL": 2, "URL": "stratum+tcp://third.example:3335", "User": WALLET, "Stratum Active": False},
    ]
    return {
        "summary": [{"STATUS": [status], "SUMMARY": [numbers | {"Best Share": 111181383} | summary], "id": 1}],
        "estats": [{"STATUS": [status], "STATS": [{"STATS": 0, "ID": "AVALON0", "MM ID0": line}], "id": 1}],
        "pools": [{"STATUS": [status], "POOLS": pools, "id": 1}],
        "version": [{"STATUS": [status], "VERSION": [version], "id": 1}],
        "id": 1,
    }


NANO3S = joined(NANO3S_LINE, {"PROD": "Avalon Nano3s", "MODEL": "Nano3s", "MAC": "020000000003"})
NANO3 = joined(NANO3_LINE, {"PROD": "Avalon0o", "MODEL": "0o3", "HWTYPE": "PMMv1_X1"})

NM_0_3: Payload = {
    "IP": "127.0.0.1",
    "BoardType": "NMLotto",
    "HashRate": "113.13K",
    "Share": "1/138",
    "BestDiff": "4.021M",
    "Temp": 48.5,
    "RSSI": -62,
    "Uptime": "00d 01:23:46",
    "Version": "v0.3.01",
    "PoolInUse": "pool.example:21496",
}
NM_1_8: Payload = {
    "ip": "127.0.0.1",
    "BoardType": "ESP32-2432S028R-2USB",
    "HashRate": "1.0154MH/s",
    "Share": "2/41/95.3%",
    "BestDiff": "1.024M\r4.021M",
    "Valid": 0,
    "Temp": 0,
    "RSSI": -62,
    "Uptime": "000d 00:22:57\r028d 18:25:01",
    "Version": "v1.8.10",
    "PoolInUse": "pool.example:21496",
}
NM_1_7_SWARM: Payload = {
    "summary": {"totalWorkers": 2, "totalHashRate": "1.9715M", "bestDiff": "480.5K"},
    "devices": [
        {"ip": "127.0.0.9", "hashRate": "978.1KH/s"},
        {
            "ip": "127.0.0.1",
            "boardType": "ESP32-2432S028R-2USB",
            "hashRate": "993.22KH/s",
            "share": "1/40/97.6%",
            "bestDiff": "0.000 /480.5K",
            "pool": "Pool.Example:21496",
            "rssi": -61,
            "temp": 0,
            "uptime": "000d 00:22:57\r028d 18:25:01",
            "version": "v1.7.06",
            "valid": 0,
        },
    ],
}
NM_CONFIG: Payload = {
    "IP": "0.0.0.0",
    "WiFiSSID": "placeholder",
    "WiFiPWD": "secret",
    "PrimaryPool": "stratum+tcp://pool.example:21496",
    "PrimaryPassword": "d=0.001",
    "PrimaryAddress": WALLET,
    "SecondaryPool": "stratum+tcp://fallback.example:3333",
    "SecondaryPassword": "x",
    "SecondaryAddress": "fallback." + WALLET,
    "Timezone": 8,
    "Brightness": 100,
    "SaveUptime": True,
}
NM_2_0: Payload = {
    "identity": {"hwModel": "NMMiner", "hostName": "nm-cyd", "fwVersion": "v2.0.04", "rssi": -52},
    "miner": {
        "hashRate": 0.000956432,
        "sAccepted": 128,
        "sRejected": 2,
        "uptimeSeconds": 4321,
        "uptimeEver": 58732,
        "bestDiffSession": "0.04215",
        "bestDiffEver": "1.78330",
    },
    "stratum": {"url": "pool.example:3333", "user": WALLET},
    "temps": {"vcore": 51.3, "asic": None},
}
NMAXE_3: Payload = {
    "power": {"power": 12.5},
    "asic": {"count": 1, "model": "BM1370", "freqReq": 490},
    "miner": {"state": "running", "paused": False, "hashRate": 720.5},
    "identity": {"fwVersion": "v3.0.1", "hwModel": "NMAxe"},
}
