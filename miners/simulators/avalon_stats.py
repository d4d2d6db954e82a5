"""The sections of an Avalon's read commands: summary, estats with its `MM ID0` string, pools, version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from miners.simulators.avalon_models import NANO_3S, AvalonModel
from miners.simulators.machine import Sample

DIFFICULTY = 8192.0


@dataclass(frozen=True, slots=True)
class Face:
    """What the read commands need to know of one miner."""

    model: AvalonModel
    firmware: str
    dna: str
    mac: str
    level: int
    calibrating: bool
    sample: Sample
    last_share_epoch: int


def summary(face: Face) -> dict[str, Any]:
    sample = face.sample
    share_total = max(1, sample.accepted + sample.rejected)
    rejected = round(100 * sample.rejected / share_total, 4)
    return {
        "Elapsed": sample.uptime_s,
        "MHS av": round(sample.average_ghs * 1000, 2),
        "MHS 5s": round(sample.hashrate_ghs * 1080, 2),  # swings
        "MHS 1m": round(sample.hashrate_1m_ghs * 1000, 2),
        "MHS 5m": round(sample.hashrate_10m_ghs * 1000, 2),
        "MHS 15m": round(sample.hashrate_10m_ghs * 1000, 2),
        "Found Blocks": 0,
        "Getworks": sample.uptime_s // 15,
        "Accepted": sample.accepted,
        "Rejected": sample.rejected,
        "Hardware Errors": 0,
        "Utility": round(60 * sample.accepted / max(1, sample.uptime_s), 2),
        "Discarded": 0,
        "Stale": 0,
        "Get Failures": 0,
        "Local Work": sample.uptime_s // 2,
        "Remote Failures": 0,
        "Network Blocks": sample.uptime_s // 600,
        "Total MH": round(sample.average_ghs * 1000 * sample.uptime_s),
        "Work Utility": round(sample.average_ghs * 60 / 4.295, 2),
        "Difficulty Accepted": sample.accepted * DIFFICULTY,
        "Difficulty Rejected": sample.rejected * DIFFICULTY,
        "Difficulty Stale": 0.0,
        "Best Share": int(sample.best_session_difficulty),
        "Device Hardware%": 0.0,
        "Device Rejected%": rejected,
        "Pool Rejected%": rejected,
        "Pool Stale%": 0.0,
        "Last getwork": 0,
    }


def version(face: Face) -> dict[str, Any]:
    model = face.model
    row: dict[str, Any] = {
        "CGMiner": "4.11.1",
        "API": "3.7",
        "PROD": model.prod,
        "MODEL": model.model,
        "HWTYPE": model.hwtype,
        "SWTYPE": model.swtype,
    }
    if not model.reports_mac:
        return row | {"VERSION": face.firmware, "HVERSION": f"{face.firmware}_0000000", "UPAPI": "2"}
    versions = dict.fromkeys(("LVERSION", "BVERSION", "CGVERSION"), face.firmware)
    return row | versions | {"DNA": face.dna, "MAC": face.mac.replace(":", ""), "UPAPI": "2"}


def estats(face: Face) -> dict[str, Any]:
    row = _stats_row(0, face.model.stats_id, face.sample.uptime_s)
    words = _nano_3s(face) if face.model is NANO_3S else _nano_3(face)
    return row | {"MM ID0": words, "MM Count": 1, "Nonce Mask": 25}


def pool_stats(number: int, elapsed_s: int) -> dict[str, Any]:
    """The POOLn rows that `stats` has after estats' own."""
    return _stats_row(number + 1, f"POOL{number}", elapsed_s) | {"Pool Calls": 0, "Work Diff": DIFFICULTY}


def litestats(face: Face) -> dict[str, Any]:
    words = (
        f"LVer[{face.firmware}] BVer[{face.firmware}] MVer[0] FW[Release] STATE[1] MODE[{face.level}] LEVEL[0] "
        f"GHSspd[{face.sample.hashrate_ghs:.6f}] ITemp[-273] OTemp[58] Limitemp[0] FanR[36%] ECHU[0] ECMM[0] "
        "SSID[simulated] RSSI[-55] NetDevType[1]"
    )
    return {"MM ID0": words, "MM Count": 1, "Nonce Mask": 25}


def _stats_row(number: int, name: str, elapsed_s: int) -> dict[str, Any]:
    return {
        "STATS": number,
        "ID": name,
        "Elapsed": elapsed_s,
        "Calls": 0,
        "Wait": 0.0,
        "Max": 0.0,
        "Min": 99999999.0,
    }


def _nano_3s(face: Face) -> str:
    sample, model = face.sample, face.model
    heat = round(sample.temperature_c)
    speed = f"{sample.hashrate_ghs:.2f}"
    average = f"{sample.average_ghs:.2f}"
    target = model.target_w[face.level]
    return (
        f"Ver[Nano3s-{face.firmware}] LVer[{face.firmware}] BVer[{face.firmware}] FW[Release] LED[0-0] "
        f"LEDUser[0-100-50-0-0-255] LcdOnoff[1] LcdSwitch[2] DNA[{face.dna}] MEMFREE[62908] PFCnt[0] "
        f"NETFAIL[0 0 0 0 0 0 0 0] SYSTEMSTATU[Work: In Work, Hash Board: 1] Elapsed[{sample.uptime_s}] "
        f"BOOTBY[0x01.00000000] LW[{sample.uptime_s * 700}] MH[0] DHW[0] HW[0] DH[2.130%] ITemp[-273] "
        f"OTemp[{heat - 32}] TMax[{heat + 6}] TAvg[{heat}] TarT[90] Fan1[{1720 + 10 * face.level}] "
        f"FanR[{30 + 3 * face.level}%] PS[0 0 27697 4 0 3678 {sample.power_w:.0f}] GHSspd[{speed}] DHspd[2.130%] "
        f"GHSmm[{model.levels[face.level].hashrate_ghs * 1.02:.2f}] GHSavg[{average}] WU[89023.45] "
        f"Freq[{model.megahertz[face.level]:.2f}] MGHS[{average}] MTmax[{heat + 6}] MTavg[{heat}] TA[{model.chips}] "
        f"Core[A3197S] BIN[0] PING[71] SoftOFF[0] ECHU[0] ECMM[0] PLL0[365 341 755 363] SF0[420 438 459 480] "
        f"CRC[0] COMCRC[0] ATA2[{target}-90-3704-420-20] WORKMODE[{face.level}] WORKLEVEL[0] MPO[{target}] "
        f"CALIALL[{0 if face.calibrating else 7}] ADJ[{int(not face.calibrating)}]"
    )


def _nano_3(face: Face) -> str:
    sample, model = face.sample, face.model
    heat = round(sample.temperature_c)
    speed = f"{sample.hashrate_ghs:.2f}"
    average = f"{sample.average_ghs:.2f}"
    return (
        f"HashStatus[1] Ver[nano3-{face.firmware}] HVer[{face.firmware}]  DNA[0000000000000000]  HDNA[{face.dna}]  "
        f"PFCnt[0] NETFAIL[0 0 0 0 0 0 0 0] Elapsed[{sample.uptime_s}] LW[{sample.uptime_s * 25}] MH[0] DHW[0] HW[0] "
        f"DH[1.474%] Temp[{heat - 33}] OTemp[{heat - 40}] TMax[{heat + 2}] TAvg[{heat}] TarT[85] "
        f"Fan1[{3000 + 180 * face.level}] FanR[{38 + 5 * face.level}%] Vo[0] "
        f"PS[0 0 0 3 2780 {sample.power_w:.0f} 314] GHSspd[{speed}] DHspd[1.474%] "
        f"GHSmm[{model.levels[face.level].hashrate_ghs * 1.02:.2f}] GHSavg[{average}] WU[42534.25] Freq[0.00] Led[0] "
        f"MGHS[{average}] MTmax[{heat + 2}] MTavg[{heat}] TA[{model.chips}] Core[A3198S] PING[166] SoftOFF[0] "
        f"ECHU[0] ECMM[0] PLL0[0 258 321 1191] SF0[100 447 467 487] CRC[0] WORKLEVEL[{face.level}] "
        f"MPO[{model.target_w[face.level]}] ADJ[{int(not face.calibrating)}]"
    )


def coin() -> Mapping[str, Any]:
    return {
        "Hash Method": "sha256",
        "Current Block Time": 4390.62,
        "Current Block Hash": "0" * 64,
        "LP": True,
        "Network Difficulty": 138966872071213.2,
    }
