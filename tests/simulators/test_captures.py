"""Shapes against real payloads, where the project's shared facts lie beside the code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from miners.simulators.device import Device
from miners.simulators.nmminer_face import status
from tests.simulators.clients import cgminer, http, one

CAPTURES = Path(__file__).parents[3] / "shared" / "data" / "captures"
# the reporter of the Hex edited it by hand; the NerdQAxe's was rebuilt from a later version
HEX_EXTRAS = {"bestNonceDiff", "bestSessionNonceDiff"}
NERD_EXTRAS = {"duplicateHWNonces", "maxCurrentA", "minCurrentA"}
pytestmark = pytest.mark.skipif(not CAPTURES.is_dir(), reason="no captures here")


def captured(name: str) -> Any:
    return json.loads((CAPTURES / name).read_text())


@pytest.mark.parametrize(
    ("file", "model", "firmware", "missing_there", "extra_there"),
    [
        ("supra401_v2.4.5-dirty_system_info", "supra", "v2.4.5", set(), set()),
        ("hex302_v2.6.0_system_info", "hex", "v2.6.0", {"sharesRejectedReasons"}, HEX_EXTRAS),
        ("gamma601_v2.7.0_system_info", "gamma", "v2.7.0", set(), set()),
        ("gamma601_v2.9.0_system_info_overheat", "gamma", "v2.9.0", set(), {"minFanSpeed"}),
        ("gamma601_v2.10.1_system_info", "gamma", "v2.10.1", set(), set()),
        ("gamma601_v2.14.0_system_info.synthetic", "gamma", "v2.14.0", set(), set()),
        ("gamma601_v2.15.0_system_info.synthetic", "gamma", "v2.15.0", set(), set()),
    ],
)
async def test_a_bitaxe_has_the_keys_and_types_of_its_capture(
    file: str, model: str, firmware: str, missing_there: set[str], extra_there: set[str]
) -> None:
    wanted = captured(f"bitaxe/{file}.json")
    async with one("bitaxe", model=model, firmware=firmware) as simulation:
        device = simulation.device("it")
        got = (await http(device, "/api/system/info")).json()
    assert set(got) - set(wanted) - missing_there == set()
    assert set(wanted) - set(got) - extra_there == set()
    differing = {key for key in set(got) & set(wanted) if family(got[key]) != family(wanted[key])}
    assert differing == set()


@pytest.mark.parametrize(
    ("file", "firmware", "missing_there", "extra_there"),
    [
        ("nerdqaxepp_v1.0.30_system_info", "v1.0.30", {"autofanpolarity"}, {"defaultTheme"}),
        ("nerdqaxepp_v1.0.36_fallback_otp.synthetic", "v1.0.36", NERD_EXTRAS, set()),
    ],
)
async def test_a_nerdqaxe_has_the_keys_and_types_of_its_capture(
    file: str, firmware: str, missing_there: set[str], extra_there: set[str]
) -> None:
    wanted = captured(f"nerdqaxe/{file}.json")
    async with one("nerdqaxe", firmware=firmware) as simulation:
        got = (await http(simulation.device("it"), "/api/system/info")).json()
    assert set(got) - set(wanted) - missing_there == set()
    assert set(wanted) - set(got) - extra_there == set()
    assert {key for key in set(got) & set(wanted) if family(got[key]) != family(wanted[key])} == set()
    assert set(got.get("stratum", {})) == set(wanted.get("stratum", {}))


@pytest.mark.parametrize(
    ("kind", "file", "firmware"),
    [
        ("bitaxe", "bitaxe/gamma601_v2.12_system_asic.fromsource", "v2.12.2"),
        ("bitaxe", "bitaxe/gamma601_v2.15.0_system_asic.synthetic", "v2.15.0"),
        ("nerdqaxe", "nerdqaxe/nerdqaxepp_v1.0.32_system_asic", "v1.0.32"),
    ],
)
async def test_the_options_are_those_of_the_real_board(kind: str, file: str, firmware: str) -> None:
    async with one(kind, firmware=firmware) as simulation:
        assert (await http(simulation.device("it"), "/api/system/asic")).json() == captured(f"{file}.json")


@pytest.mark.parametrize(
    ("model", "command", "section", "file"),
    [
        ("nano3s", "summary", "SUMMARY", "avalon_nano3s/nano3s_25021401_summary"),
        ("nano3s", "pools", "POOLS", "avalon_nano3s/nano3s_25021401_pools"),
        ("nano3s", "version", "VERSION", "avalon_nano3s/nano3s_25021401_version"),
        ("nano3s", "estats", "STATS", "avalon_nano3s/nano3s_25021401_estats"),
        ("nano3s", "coin", "COIN", "avalon_nano3s/nano3s_25021401_coin"),
        ("nano3s", "litestats", "STATS", "avalon_nano3s/nano3s_25021401_litestats"),
        ("nano3", "summary", "SUMMARY", "avalon_nano3/nano3_24071801_summary"),
        ("nano3", "version", "VERSION", "avalon_nano3/nano3_24071801_version"),
        ("nano3", "estats", "STATS", "avalon_nano3/nano3_24071801_estats"),
    ],
)
async def test_an_avalon_section_has_the_keys_in_the_order_of_its_capture(
    model: str, command: str, section: str, file: str
) -> None:
    wanted = captured(f"{file}.json")
    async with one("avalon_nano", model=model) as simulation:
        got = await cgminer(simulation.device("it"), command)
    assert list(got) == list(wanted)
    assert list(got[section][0]) == list(wanted[section][0])
    assert got["STATUS"][0]["Code"] == wanted["STATUS"][0]["Code"]
    assert got["STATUS"][0]["Msg"] == wanted["STATUS"][0]["Msg"]


@pytest.mark.parametrize(
    ("model", "file"),
    [("nano3s", "avalon_nano3s/nano3s_25021401_estats"), ("nano3", "avalon_nano3/nano3_24071801_estats")],
)
async def test_the_tokens_of_mm_id0_are_the_real_ones(model: str, file: str) -> None:
    def tokens(reply: Any) -> dict[str, str]:
        return dict(re.findall(r"(\w+)\[([^\]]*)\]", reply["STATS"][0]["MM ID0"]))

    wanted = tokens(captured(f"{file}.json"))
    async with one("avalon_nano", model=model) as simulation:
        got = tokens(await cgminer(simulation.device("it"), "estats"))
    assert set(got) - set(wanted) == set()
    per_chip = {"PVT_T0", "PVT_V0", "MW0", "ATA0", "ATA1", "ATA2"}
    assert set(wanted) - set(got) <= per_chip
    assert len(got["PS"].split()) == len(wanted["PS"].split())


async def test_an_nmminer_writes_the_keys_of_the_wire() -> None:
    async with one("nmminer", firmware="v2.0.04") as simulation:
        device = simulation.device("it")
        got = (await http(device, "/api/system/info")).json()
        wanted = captured("nmminer/http_v2.0.04_get_api_system_info.json")
        assert {key: set(value) for key, value in got.items()} == {key: set(value) for key, value in wanted.items()}
        assert set((await http(device, "/probe")).json()) == set(captured("nmminer/http_v2.0.04_get_probe.json"))
        datagram = datagram_of(device)
    assert set(datagram) == set(captured("nmminer/udp12345_v1.8_wire.derived.json"))


def datagram_of(device: Device) -> dict[str, Any]:
    return status(device.sample(), (1, 8, 10), "v1.8.10", device.host, "pool.example:3333")


def family(value: Any) -> str:
    """Number, text, flag, list or object: 1 and 1.0 are the same to a JSON reader, 1 and true are not."""
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
