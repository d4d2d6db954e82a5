"""The example package: what it reads and writes, against a simulated device."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmm_project.config import PROJECT
from miners.adapters.family import Family
from miners.adapters.link import Link, open_link
from miners.contract import Adapter, Capability, Garbled, Pauses, Reading, Refused, SetsMode, State, Target
from miners.discovery.probe import identify
from tests.miners.plugins.avalon_q import CLOCK, MAC, AvalonQ

CAPTURES = PROJECT.parent / "shared" / "data" / "captures" / "avalon_other"


@pytest.fixture
async def link() -> AsyncIterator[Link]:
    async with open_link(timeout_s=2) as link:
        yield link


@pytest.fixture
def target(device: AvalonQ) -> Target:
    return Target(kind="avalon_q", host="127.0.0.1", port=device.address[1], mac=MAC)


async def test_a_reading_tells_what_the_device_says_and_nothing_else(
    family: Family, target: Target, link: Link
) -> None:
    adapter = family.open(target, link)
    reading = await adapter.read()
    assert isinstance(adapter, Adapter)
    assert reading == Reading(
        state=State.MINING,
        hashrate_ghs=51_234.56,
        temperature_c=61,
        fan_rpm=1180,
        fan_percent=31,
        mode="eco",
        accepted=890,
        rejected=2,
        best_difficulty=354_914_572,
        uptime_s=37_714,
        pool_url="pool.example.com:4444",
        pool_user="worker1",
        firmware="25052801_14a19a2",
        model="Avalon Q",
        mac=MAC,
        capabilities=frozenset({Capability.MODE, Capability.PAUSE}),
        options=reading.options,
    )
    assert reading.options
    assert tuple(reading.options.modes) == family.modes == ("eco", "standard", "super")


async def test_it_is_steered_and_shows_it(family: Family, device: AvalonQ, target: Target, link: Link) -> None:
    adapter: Any = family.open(target, link)
    assert isinstance(adapter, SetsMode)
    assert isinstance(adapter, Pauses)
    await adapter.set_mode("super")
    assert (await adapter.read()).mode == "super"
    await adapter.pause()
    paused = await adapter.read()
    assert (paused.state, paused.hashrate_ghs, paused.temperature_c) == (State.PAUSED, 0, None)
    await adapter.resume()
    assert (await adapter.read()).state == State.MINING
    assert device.written == ["0,workmode,set,2", f"0,softoff,1:{CLOCK + 5}", f"0,softon,1:{CLOCK + 5}"]


async def test_nothing_is_written_to_another_device_nor_in_an_unknown_mode(
    family: Family, device: AvalonQ, target: Target, link: Link
) -> None:
    other: Any = family.open(replace(target, mac="02:00:00:00:00:99"), link)
    for write in (other.pause, other.resume, lambda: other.set_mode("eco")):
        with pytest.raises(Refused, match="Nothing was written"):
            await write()
    right: Any = family.open(target, link)
    with pytest.raises(Refused, match="eco, standard, super"):
        await right.set_mode("oc")
    assert device.written == []


async def test_another_cgminer_is_named_and_left_alone(
    family: Family, device: AvalonQ, target: Target, link: Link
) -> None:
    device.product = "Avalon Mini3"
    with pytest.raises(Garbled, match="Avalon Mini3"):
        await family.open(target, link).read()


@pytest.mark.parametrize("product", ["Avalon Q", "Avalon Mini3"])
async def test_discovery_recognises_it_by_its_own_question(
    family: Family, device: AvalonQ, target: Target, link: Link, product: str
) -> None:
    device.product = product
    assert family.identify
    found = await identify("127.0.0.1", link=link, at={target.port: (family.identify,)})
    seen = found and (found.kind, found.host, found.port, found.mac, found.model, found.firmware)
    expected = ("avalon_q", "127.0.0.1", target.port, MAC, "Avalon Q", "25052801_14a19a2")
    assert seen == (expected if product == "Avalon Q" else None)
    assert device.written == []


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captures are not handed out with the product")
def test_a_capture_of_a_real_device_is_read(family: Family) -> None:
    names = ("version", "summary", "stats", "pools")
    joined = {name: [json.loads((CAPTURES / f"avalonq_25052801_{name}.json").read_text())] for name in names}
    reading: Reading = import_module("hmm_avalon_q.reading").parse_joined(joined)
    assert (reading.state, reading.mode, reading.hashrate_ghs) == (State.PAUSED, "eco", 0)
    assert (reading.accepted, reading.rejected, reading.uptime_s) == (890, 2, 37_714)
    assert (reading.firmware, reading.mac) == ("25052801_14a19a2", "aa:bb:cc:dd:ee:ff")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
SECTION = st.fixed_dictionaries({"VERSION": st.just([{"PROD": "Avalon Q"}])}) | ANYTHING


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("summary", "stats", "pools"), ANYTHING)), SECTION)
def test_whatever_answers_it_is_a_reading_or_garbled(family: Family, joined: dict[str, Any], version: Any) -> None:
    parse = import_module("hmm_avalon_q.reading").parse_joined
    with suppress(Garbled):
        assert isinstance(parse({**joined, "version": [version]}), Reading)
