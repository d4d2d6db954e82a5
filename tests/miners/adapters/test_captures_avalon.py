"""Every captured answer of an Avalon Nano: the whole reading, worked out by hand from the payload.

Wallets, MAC addresses and the like are looked up in the payload, at the place where a person finds them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from miners.adapters.avalon_nano.answer import status
from miners.adapters.avalon_nano.reading import parse_joined
from miners.adapters.lenient import parse_object
from miners.contract import Capability, Garbled, Options, Preset, Reading, State
from tests.miners.adapters.captures import CAPTURES, files, load, needs_captures

pytestmark = needs_captures

COMMANDS = frozenset({Capability.MODE, Capability.POOL, Capability.RESTART})


def options(firmware: str, model: str, *presets: tuple[float, float]) -> Options:
    """Three modes, as (W, GH/s)."""
    modes = {
        name: Preset(level=level, power_w=watts, hashrate_ghs=ghs)
        for level, (name, (watts, ghs)) in enumerate(zip(("low", "med", "high"), presets, strict=True))
    }
    return Options(firmware=firmware, model=model, modes=modes)


def nano3s_file(name: str) -> dict[str, Any]:
    return load(f"avalon_nano3s/nano3s_25021401_{name}.json")


def nano3s(**sections: str) -> dict[str, Any]:
    """A poll of the Nano 3S put together from its single replies."""
    names = {"summary": "summary", "estats": "estats", "pools": "pools", "version": "version"} | sections
    return {command: [nano3s_file(name)] for command, name in names.items()} | {"id": 1}


def colons(mac: str) -> str:
    return ":".join(re.findall("..", mac))


def mac_of(version: str) -> str:
    return colons(nano3s_file(version)["VERSION"][0]["MAC"])


S_OPTIONS = options("25021401_56abae7", "Avalon Nano 3S", (62, 3100), (97, 4800), (132, 6400))


def the_3s() -> Reading:
    """PS[0 0 27697 4 0 3678 132]: 132 W. WORKMODE[2]: high. ITemp[-273]: no such sensor. ECHU[0] ECMM[0]: well."""
    return Reading(
        state=State.MINING,  # SYSTEMSTATU[Work: In Work, …], SoftOFF[0]
        hashrate_ghs=6423.03,  # GHSspd
        expected_hashrate_ghs=6580.20,  # GHSmm
        power_w=132,
        temperature_c=90,  # TAvg
        fan_rpm=1720,
        fan_percent=36,
        frequency_mhz=450.95,
        mode="high",
        accepted=2567,
        rejected=1,
        best_difficulty=111_181_383,
        uptime_s=12_961,  # of the summary, which was taken before the statistics
        pool_url="stratum.braiins.com:3333",
        pool_user=nano3s_file("pools")["POOLS"][0]["User"],
        firmware="25021401_56abae7",
        model="Avalon Nano 3S",
        mac=mac_of("version"),
        capabilities=COMMANDS,
        options=S_OPTIONS,
    )


def test_a_nano_3s():
    assert parse_joined(nano3s()) == the_3s()
    assert mac_of("version").startswith("e0:e1:a9:")


def test_a_nano_3s_with_the_wifi_of_its_litestats():
    assert parse_joined(nano3s(litestats="litestats")) == replace(the_3s(), rssi_dbm=-55)


def test_the_statistics_with_those_of_its_pools_say_the_same():
    whole = nano3s(stats="stats")
    del whole["estats"]
    assert parse_joined(whole) == the_3s()


def test_another_nano_3s_has_another_mac():
    other = parse_joined(nano3s(version="version_unit2"))
    assert other == replace(the_3s(), mac=mac_of("version_unit2"))
    assert other.mac != the_3s().mac


def test_a_nano_3s_that_just_booted_as_it_was_joined():
    """PS[0 0 27687 4 0 3678 131]. No pools were asked for."""
    assert parse_joined(nano3s_file("summary+version+stats")) == Reading(
        state=State.MINING,
        hashrate_ghs=6418.28,
        expected_hashrate_ghs=6578.42,
        power_w=131,
        temperature_c=89,
        fan_rpm=1740,
        fan_percent=37,
        frequency_mhz=450.82,
        mode="high",
        accepted=188,
        rejected=0,
        best_difficulty=909_757,
        uptime_s=393,
        firmware="25021401_56abae7",
        model="Avalon Nano 3S",
        mac=mac_of("version"),
        capabilities=COMMANDS,
        options=S_OPTIONS,
    )


def test_a_nano_3s_without_its_statistics_is_read_from_its_summary():
    """MHS 5m is 6017084.38; MHS 1m is above zero, so it mines."""
    assert parse_joined(nano3s_file("summary+version")) == Reading(
        state=State.MINING,
        hashrate_ghs=pytest.approx(6017.08438),
        accepted=4535,
        rejected=2,
        best_difficulty=111_181_383,
        uptime_s=23_634,
        firmware="25021401_56abae7",  # LVERSION
        model="Avalon Nano 3S",
        mac=mac_of("version"),
        capabilities=COMMANDS,
        options=S_OPTIONS,
    )


NANO3 = {
    "summary": "nano3_24071801_summary.json",
    "estats": "nano3_24071801_estats.json",
    "pools": "nano3_pools.synthetic.json",
    "version": "nano3_24071801_version.json",
}


def nano3(**sections: str) -> dict[str, Any]:
    return {command: [load(f"avalon_nano3/{name}")] for command, name in (NANO3 | sections).items()}


def hdna(line: str) -> str:
    return line.split("HDNA[")[1].split("]")[0]


def the_3() -> Reading:
    """PS[0 0 0 3 2780 92 314]: 92 W. WORKLEVEL[1]: medium, there is no WORKMODE. Freq[0.00]: it does not say."""
    return Reading(
        state=State.MINING,
        hashrate_ghs=3332.40,
        expected_hashrate_ghs=3381.96,
        power_w=92,
        temperature_c=85,
        fan_rpm=3360,
        fan_percent=43,
        mode="med",
        accepted=21_853,
        rejected=15,
        best_difficulty=138_508_908,
        uptime_s=101_614,
        pool_url="public-pool.io:21496",
        pool_user=load("avalon_nano3/nano3_pools.synthetic.json")["POOLS"][0]["User"],
        firmware="24071801_42c628d",
        model="Avalon Nano 3",
        mac=hdna(load("avalon_nano3/nano3_24071801_estats.json")["STATS"][0]["MM ID0"]),  # its version has no MAC
        capabilities=COMMANDS,
        options=options("24071801_42c628d", "Avalon Nano 3", (60, 2200), (92, 3300), (125, 4200)),
    )


def test_a_nano_3():
    assert parse_joined(nano3()) == the_3()
    assert re.fullmatch("02010000[0-9a-f]{8}", the_3().mac or "")


def test_the_statistics_of_a_nano_3_with_those_of_its_pools_say_the_same():
    whole = nano3(stats="nano3_24071801_stats.json")
    del whole["estats"]
    assert parse_joined(whole) == the_3()


def test_a_nano_3_with_the_summary_of_another_unit():
    """MHS 5s is 2759123 where MHS av is 3961115: the statistics' own figure is the steady one."""
    expected = replace(the_3(), accepted=19_703, rejected=60, best_difficulty=352_799_466, uptime_s=348_845)
    assert parse_joined(nano3(summary="nano3_24071801_summary_pyasic199.json")) == expected


def test_a_nano_3_on_a_bad_line():
    """From text mode: PS[0 0 0 3 2792 89 324], DH[17.306%], and a list of network failures."""
    text = (CAPTURES / "avalon_nano3/nano3_24071801_stats_textmode.txt").read_text(encoding="utf-8")
    line = text.split("MM ID0=")[1].split(",MM Count")[0]
    reading = parse_joined({"estats": [{"STATS": [{"STATS": 0, "ID": "AVANANO0", "MM ID0": line}]}]})
    assert reading == Reading(
        state=State.MINING,
        hashrate_ghs=2630.98,
        expected_hashrate_ghs=3203.56,
        power_w=89,
        temperature_c=85,
        fan_rpm=3030,
        fan_percent=41,
        mode="med",
        uptime_s=512_943,
        firmware="24071801_42c628d",
        model="Avalon Nano 3",
        mac=hdna(line),
        capabilities=COMMANDS,
        options=options("24071801_42c628d", "Avalon Nano 3", (60, 2200), (92, 3300), (125, 4200)),
    )


@pytest.mark.parametrize(
    "reply", ["coin", "config", "devdetails", "devs", "lcd", "litestats", "summary+coin", "ascset_workmode_ok"]
)
def test_a_reply_that_names_no_model_is_no_poll(reply: str):
    body = nano3s_file(reply)
    for answer in (body,) if "+" in reply else (body, {reply: [body]}):
        with pytest.raises(Garbled, match=r"answers like cgminer 4\.11\.1"):
            parse_joined(answer)


def test_a_mode_that_was_set_says_119():
    said = status(nano3s_file("ascset_workmode_ok"))
    assert (said["STATUS"], said["Code"]) == ("S", 119)


def text_replies() -> list[str]:
    if not CAPTURES.is_dir():
        return []
    lines = (CAPTURES / "avalon_nano3s/replies_text_mode.fromsource.txt").read_text(encoding="utf-8").splitlines()
    replies = [line.split("-> ")[1] for line in lines if "-> " in line]
    return [reply for reply in replies if reply.startswith("STATUS=")]


@pytest.mark.parametrize("reply", text_replies())
def test_text_mode_is_told_from_json(reply: str):
    with pytest.raises(Garbled, match="cgminer's text, not JSON"):
        parse_object(reply.encode() + b"\n", "summary")


def test_no_capture_is_left_out():
    stem = "nano3s_25021401_"
    polled = {"summary", "estats", "pools", "version", "stats", "version_unit2", "summary+version+stats"}
    polled |= {"summary+version", "litestats"}
    others = {"coin", "config", "devdetails", "devs", "lcd", "summary+coin", "ascset_workmode_ok"}
    handled = {f"{stem}{name}.json" for name in polled | others} | {"replies_text_mode.fromsource.txt"}
    assert set(files("avalon_nano3s")) == handled
    both = {"nano3_24071801_stats.json", "nano3_24071801_stats_textmode.txt", "nano3_24071801_summary_pyasic199.json"}
    assert set(files("avalon_nano3")) == set(NANO3.values()) | both | {"command_table.txt"}
