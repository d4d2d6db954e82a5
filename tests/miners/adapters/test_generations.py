"""Every driver against simulated devices of every firmware generation: read, then each command, then read it back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

import pytest

from miners.contract import (
    Capability,
    Identifies,
    Pauses,
    PoolEndpoint,
    Refused,
    Restarts,
    SetsMode,
    ShutsDown,
    State,
    SwitchesPool,
    Tunes,
)
from miners.simulators.firmware import Version, version
from tests.miners.adapters.bench import PATIENCE_S, Generation, bench

Able = TypeVar("Able")

POOL = PoolEndpoint(host="other.example", port=3334, user="bc1qplaceholder.rig")
AXEOS = ["v2.0.0", "v2.1.8", "v2.1.9", "v2.2.0", "v2.3.0", "v2.4.5", "v2.6.0", "v2.7.0", "v2.8.0", "v2.9.0", "v2.10.1"]
AXEOS += ["v2.11.0b6", "v2.12.2", "v2.13.0", "v2.14.0", "v2.15.0"]
NERD = ["v1.0.0", "v1.0.2", "v1.0.14", "v1.0.15", "v1.0.20", "v1.0.25", *(f"v1.0.{patch}" for patch in range(29, 38))]
NERD += ["v1.0.38-alpha9", "v1.1.0-beta1"]

BITAXES: list[Generation] = [("bitaxe", "gamma", firmware) for firmware in AXEOS]
BITAXES += [("bitaxe", "supra", "v2.9.0"), ("bitaxe", "hex", "v2.6.0"), ("bitaxe", "suprahex", "2.7.0-TCH")]
NERDS: list[Generation] = [("nerdqaxe", "nerdqaxe++", firmware) for firmware in NERD]
NERDS += [("nerdqaxe", "nerdqaxe+", "v1.0.36"), ("nerdqaxe", "hashcard", "v1.0.30")]
NANOS: list[Generation] = [
    ("avalon_nano", "nano3s", "25021401_56abae7"),
    ("avalon_nano", "nano3", "24071801_42c628d"),
    ("avalon_nano", "nano3", "25103101_0123abc"),
    ("avalon_nano", "0o3", "24071801_42c628d"),
]
NMMINERS: list[Generation] = [("nmminer", "esp32", "v2.0.04")]
LISTED: list[Generation] = [("nmminer", "esp32", "v1.7.06"), ("nmminer", "esp32", "v1.8.10")]  # by HTTP only read
COMMANDED = BITAXES + NERDS + NANOS + NMMINERS
ALL = COMMANDED + LISTED


def since(family: list[Generation], first: Version) -> list[Generation]:
    return [one for one in family if version(one[2]) >= first]


ABLE: dict[Capability, list[Generation]] = {
    Capability.MODE: BITAXES + NERDS + NANOS,
    Capability.TUNE: BITAXES + NERDS,
    Capability.POOL: COMMANDED,
    Capability.RESTART: COMMANDED,
    Capability.IDENTIFY: since(BITAXES, (2, 12, 0)) + NMMINERS,
    Capability.PAUSE: since(BITAXES, (2, 14, 0)),
    Capability.SHUTDOWN: since(NERDS, (1, 0, 36)),
}


def generations(capability: Capability | None = None) -> Any:
    """Run a test on every generation that has `capability`."""
    found = ALL if capability is None else ABLE[capability]
    return pytest.mark.parametrize("generation", found, ids=["-".join(one) for one in found])


def runs(truth: Mapping[str, Any], frequency_mhz: float | None, core_voltage_mv: float | None) -> bool:
    """Not only stored: the chips run so."""
    return (truth["frequency_mhz"], truth["core_voltage_mv"]) == (frequency_mhz, core_voltage_mv)


def as_a(protocol: type[Able], adapter: object) -> Able:
    assert isinstance(adapter, protocol)
    return adapter


@generations()
async def test_a_reading_is_plausible(generation: Generation):
    async with bench(generation) as one:
        reading = await one.learn()
        assert reading.state is State.MINING
        assert reading.hashrate_ghs
        if reading.expected_hashrate_ghs:
            assert reading.hashrate_ghs == pytest.approx(reading.expected_hashrate_ghs, rel=0.1)
        assert reading.power_w is None or 5 < reading.power_w < 150
        assert not any((reading.overheated, reading.fault, reading.needs_code))
        assert reading.temperature_c is not None
        assert 30 < reading.temperature_c < 100
        assert reading.pool_url
        assert reading.firmware == generation[2]
        assert reading.mode == {"nmminer": None, "avalon_nano": "high"}.get(generation[0], "standard")


@generations()
async def test_its_capabilities_are_those_of_its_firmware(generation: Generation):
    async with bench(generation) as one:
        expected = {capability for capability, able in ABLE.items() if generation in able}
        assert (await one.learn()).capabilities == expected


@generations(Capability.MODE)
async def test_every_mode_is_taken(generation: Generation):
    async with bench(generation) as one:
        reading = await one.learn()
        assert reading.options is not None
        assert len(reading.options.modes) >= 3
        for mode in reading.options.modes:
            await one.obey(lambda adapter, mode=mode: as_a(SetsMode, adapter).set_mode(mode))
            wanted = reading.options.canonical(mode)
            await one.until(lambda seen, wanted=wanted: seen.mode == wanted)
            preset = reading.options.modes[mode]
            if preset.level is None:
                await one.truly(lambda truth, preset=preset: runs(truth, preset.frequency_mhz, preset.core_voltage_mv))


@generations(Capability.TUNE)
async def test_a_setting_between_the_modes_is_taken(generation: Generation):
    async with bench(generation) as one:
        reading = await one.learn()
        assert reading.options is not None
        frequency = max(reading.options.frequencies_mhz) - 7
        voltage = max(reading.options.core_voltages_mv) - 9
        await one.obey(lambda adapter: as_a(Tunes, adapter).tune(frequency, voltage))
        tuned = await one.until(lambda seen: seen.frequency_mhz == frequency)
        assert (tuned.core_voltage_mv, tuned.mode) == (voltage, "custom")
        await one.truly(lambda truth: runs(truth, frequency, voltage))


@generations(Capability.POOL)
async def test_a_new_pool_is_mined_at(generation: Generation):
    async with bench(generation) as one:
        before = await one.learn()
        await one.obey(lambda adapter: as_a(SwitchesPool, adapter).set_pool(POOL))
        if generation in NANOS:  # the pool is in a spare slot, the boot ended in slot 0: the same order switches live
            booted = await one.until(lambda seen: (seen.uptime_s or 0) < (before.uptime_s or 0))
            assert booted.pool_url == before.pool_url
            await one.obey(lambda adapter: as_a(SwitchesPool, adapter).set_pool(POOL))
        await one.until(lambda seen: (seen.pool_url, seen.pool_user) == ("other.example:3334", POOL.user))
        await one.truly(lambda truth: truth["pool"] == "other.example:3334")


@generations(Capability.RESTART)
async def test_a_restart_begins_a_new_uptime(generation: Generation):
    async with bench(generation) as one:
        before = await one.learn()
        assert before.uptime_s
        await one.obey(lambda adapter: as_a(Restarts, adapter).restart())
        await one.until(lambda seen: seen.uptime_s is not None and seen.uptime_s < before.uptime_s)


@generations(Capability.PAUSE)
async def test_a_pause_stops_it_and_resuming_starts_it(generation: Generation):
    async with bench(generation) as one:
        await one.learn()
        await one.obey(lambda adapter: as_a(Pauses, adapter).pause())
        await one.until(lambda seen: seen.state is State.PAUSED and seen.power_w is not None and seen.power_w < 5)
        await one.obey(lambda adapter: as_a(Pauses, adapter).resume())
        await one.until(lambda seen: seen.state is State.MINING and bool(seen.hashrate_ghs))


@generations(Capability.SHUTDOWN)
async def test_a_shutdown_stops_it_and_a_restart_starts_it(generation: Generation):
    async with bench(generation) as one:
        await one.learn()
        await one.obey(lambda adapter: as_a(ShutsDown, adapter).shutdown())
        await one.until(lambda seen: seen.state is State.PAUSED)
        await one.obey(lambda adapter: as_a(Restarts, adapter).restart())
        await one.until(lambda seen: seen.state is State.MINING and bool(seen.hashrate_ghs))


@generations(Capability.IDENTIFY)
async def test_it_can_be_made_to_show_itself(generation: Generation):
    async with bench(generation) as one:
        await one.learn()
        await one.obey(lambda adapter: as_a(Identifies, adapter).identify())


@generations()
async def test_what_is_not_among_its_capabilities_is_refused(generation: Generation):
    async with bench(generation) as one:
        reading = await one.learn()
        adapter = one.adapter()
        absent = {
            Capability.PAUSE: getattr(adapter, "pause", None),
            Capability.SHUTDOWN: getattr(adapter, "shutdown", None),
            Capability.IDENTIFY: getattr(adapter, "identify", None),
        }
        for capability, command in absent.items():
            if command is not None and capability not in reading.capabilities:
                with pytest.raises(Refused):
                    await command()


@generations()
async def test_a_poll_is_one_request_on_one_connection_that_is_closed(generation: Generation):
    async with bench(generation) as one:
        await one.learn()
        counters = one.device.counters
        reads, connections = counters.reads, counters.connections
        for _ in range(3):
            assert await one.adapter().read()
        assert (counters.reads - reads, counters.connections - connections) == (3, 3)
        async with asyncio.timeout(PATIENCE_S):
            while counters.open_connections:  # the device learns of the end a moment later
                await asyncio.sleep(0.01)
        assert counters.writes == 0


@generations(Capability.POOL)
async def test_never_two_connections_at_a_time(generation: Generation):
    """What a whole operation does, from the reading before to the one that proves it."""
    async with bench(generation) as one:
        reading = await one.learn()
        one.device.counters.most_open_connections = 0
        if reading.options and reading.options.modes:
            await one.obey(lambda adapter: as_a(SetsMode, adapter).set_mode(next(iter(reading.options.modes))))
        await one.obey(lambda adapter: as_a(SwitchesPool, adapter).set_pool(POOL))
        assert one.device.counters.most_open_connections == 1


@pytest.mark.parametrize("generation", NANOS, ids="-".join)
async def test_who_a_nano_is_and_what_it_never_offers(generation: Generation):
    """The Nano 3 tells no MAC, so the number of its board stands for it; neither can be switched off."""
    async with bench(generation) as one:
        reading = await one.learn()
        model = "Avalon Nano 3S" if generation[1] == "nano3s" else "Avalon Nano 3"
        assert reading.model == model
        assert reading.mac == (one.device.spec.reported_mac or one.device.truth()["dna"])
        assert not isinstance(one.adapter(), (Pauses, ShutsDown))
        again = await one.adapter().read()
        assert again.rssi_dbm == (-55 if generation[1] == "nano3s" else None)
