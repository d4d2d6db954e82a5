"""Captured answers of other miners, and what each family makes of the others: not ours, and named where it can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from miners.adapters import nerdqaxe
from miners.adapters.avalon_nano.reading import parse_joined
from miners.adapters.bitaxe import info as bitaxe
from miners.adapters.nmminer.readings import parse_broadcast, parse_info, parse_swarm
from miners.contract import Garbled, Reading
from tests.miners.adapters import payloads
from tests.miners.adapters.captures import files, load, needs_captures

Parse = Callable[[dict[str, Any]], Reading]

UNKNOWN = "an unknown device"
Q, A1566, A1246 = "Avalon Q", "AvalonMiner 15-194", "1246-83-21072802_4ec6bb0_211fc46"
CGMINER = r"cgminer 4\.11\.1"
STRANGERS = {
    "avalon_other/avalon1246_stats.json": A1246,
    "avalon_other/avalon1566_24102401_devs.json": CGMINER,
    "avalon_other/avalon1566_24102401_estats.json": "15-194-24102401_25462b2_9ddf522",
    "avalon_other/avalon1566_24102401_pools.json": CGMINER,
    "avalon_other/avalon1566_24102401_stats.json": "15-194-24102401_25462b2_9ddf522",
    "avalon_other/avalon1566_24102401_version.json": A1566,
    "avalon_other/avalonq_25052801_litestats.json": "Q-25052801_14a19a2",
    "avalon_other/avalonq_25052801_stats.json": "Q-25052801_14a19a2",
    "avalon_other/avalonq_25052801_version.json": Q,
    "others/antminer_v2020_devs.json": r"cgminer 1\.0\.0",
    "others/antminer_v2020_pools.json": r"cgminer 1\.0\.0",
    "others/antminer_v2020_stats.json": "Antminer S19 Pro",
    "others/antminer_v2020_summary.json": r"cgminer 1\.0\.0",
    "others/antminer_v2020_system_info.json": "Antminer S21",
    "others/antminer_v2020_version.json": "Antminer S19 Pro",
    "others/nmaxe_v3_doc_system_info.json": UNKNOWN,  # by cgminer's words; by those of HTTP it is an NMAxe
    "others/sealminer_v2025_get_system_info.json": "Sealminer",
    "others/sealminer_v2025_miner_psu_status.json": UNKNOWN,
    "others/sealminer_v2025_pools.json": r"bdminer 4\.11\.1",
    "others/sealminer_v2025_stats.json": r"bdminer 4\.11\.1",
    "others/sealminer_v2025_summary.json": r"bdminer 4\.11\.1",
    "others/sealminer_v2025_version.json": r"bdminer 4\.11\.1",
    "others/whatsminer_v1_devs.json": r"cgminer 4\.9\.2",
    "others/whatsminer_v1_get_psu.json": r"whatsminer v1\.4\.0",
    "others/whatsminer_v1_get_version.json": r"whatsminer v1\.4\.0",
    "others/whatsminer_v1_pools.json": r"cgminer 4\.9\.2",
    "others/whatsminer_v1_status.json": r"whatsminer v1\.4\.0",
    "others/whatsminer_v1_summary.json": r"cgminer 4\.9\.2",
    "others/whatsminer_v1_summary_with_errors.json": r"cgminer 4\.9\.2",
    "others/whatsminer_v2_devs.json": r"cgminer 4\.9\.2",
    "others/whatsminer_v2_get_error_code.json": UNKNOWN,
    "others/whatsminer_v2_get_error_code_with_errors.json": UNKNOWN,
    "others/whatsminer_v2_get_miner_info.json": UNKNOWN,
    "others/whatsminer_v2_get_psu.json": UNKNOWN,
    "others/whatsminer_v2_get_version.json": UNKNOWN,
    "others/whatsminer_v2_pools.json": r"cgminer 4\.9\.2",
    "others/whatsminer_v2_status.json": UNKNOWN,
    "others/whatsminer_v2_summary.json": r"cgminer 4\.9\.2",
    "others/whatsminer_v3_get_device_info.json": "M60S_VK40",
    "others/whatsminer_v3_get_device_info_with_errors.json": "M60S_VK40",
    "others/whatsminer_v3_get_miner_status_edevs.json": UNKNOWN,
    "others/whatsminer_v3_get_miner_status_pools.json": UNKNOWN,
    "others/whatsminer_v3_get_miner_status_summary.json": UNKNOWN,
}
Q_REPLIES = "ascset_help ascset_softoff ascset_softon ascset_workmode check coin config devdetails devs pools summary"
STRANGERS |= {f"avalon_other/avalonq_25052801_{reply}.json": CGMINER for reply in Q_REPLIES.split()}

BY_HTTP: dict[str, Parse] = {
    "bitaxe": lambda info: bitaxe.parse_info(info, bitaxe.options_of(info, None)),
    "nerdqaxe": lambda info: nerdqaxe.parse_info(info, nerdqaxe.options_of(info, None)),
    "nmminer": parse_info,
}


@needs_captures
@pytest.mark.parametrize("name", STRANGERS)
def test_another_miner_behind_a_nanos_address_is_named(name: str):
    body = load(name)
    with pytest.raises(Garbled, match=f"Not an Avalon Nano: it answers like ({STRANGERS[name]})"):
        parse_joined(body)
    for part in ("estats", "summary", "version", "pools", "litestats"):  # as a part of a joined answer
        with pytest.raises(Garbled, match="Not an Avalon Nano"):
            parse_joined({part: [body]})


@needs_captures
@pytest.mark.parametrize("parse", BY_HTTP.values(), ids=BY_HTTP)
@pytest.mark.parametrize("name", STRANGERS)
def test_another_miner_behind_the_address_of_a_web_miner_is_garbled(name: str, parse: Parse):
    named = "NMAxe" if "nmaxe" in name else UNKNOWN
    with pytest.raises(Garbled, match=f"it answers like {named}"):
        parse(load(name))


@needs_captures
@pytest.mark.parametrize("name", STRANGERS)
def test_another_miner_that_broadcast_would_be_garbled(name: str):
    with pytest.raises(Garbled, match="not that of an NMMiner"):
        parse_broadcast(load(name))
    with pytest.raises(Garbled, match="does not list itself"):
        parse_swarm(load(name), "127.0.0.1")


@needs_captures
def test_no_stranger_is_left_out():
    there = {f"{folder}/{name}" for folder in ("avalon_other", "others") for name in files(folder)}
    assert set(STRANGERS) == there


OURS: dict[str, list[dict[str, Any]]] = {
    "bitaxe": [
        payloads.AXEOS_2_0,
        payloads.AXEOS_2_4,
        payloads.AXEOS_2_6_HEX,
        payloads.AXEOS_2_10,
        payloads.AXEOS_2_12,
        payloads.AXEOS_2_14,
        payloads.AXEOS_2_15,
    ],
    "nerdqaxe": [payloads.NERD_1_0_14, payloads.NERD_1_0_30, payloads.NERD_1_0_36],
    "nmminer": [payloads.NM_2_0],
}
PAIRS = [(reader, family) for reader in BY_HTTP for family in OURS if reader != family]


@pytest.mark.parametrize(("reader", "family"), PAIRS)
def test_each_family_knows_the_others_by_name(reader: str, family: str):
    for info in OURS[family]:
        with pytest.raises(Garbled, match=f"Not a {reader}: it answers like {family}"):
            BY_HTTP[reader](info)


@pytest.mark.parametrize("family", OURS)
def test_no_web_miner_passes_for_an_avalon_or_a_broadcast(family: str):
    for info in OURS[family]:
        with pytest.raises(Garbled, match="Not an Avalon Nano"):
            parse_joined(info)
        with pytest.raises(Garbled, match="not that of an NMMiner"):
            parse_broadcast(info)


@pytest.mark.parametrize("answer", [payloads.NANO3S, payloads.NANO3, payloads.NM_1_8, payloads.NM_1_7_SWARM])
@pytest.mark.parametrize("parse", BY_HTTP.values(), ids=BY_HTTP)
def test_what_is_no_web_miner_is_garbled(parse: Parse, answer: dict[str, Any]):
    with pytest.raises(Garbled):
        parse(answer)
