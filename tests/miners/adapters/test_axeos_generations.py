"""What AxeOS and the NerdQAxe do differently from version to version, beyond what every generation is put through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from miners.adapters.axeos_device import AxeosDevice
from miners.adapters.bitaxe.client import Bitaxe
from miners.adapters.nerdqaxe import NerdQaxe
from miners.adapters.recovery import lowered_itself
from miners.contract import Capability, NeedsCode, PoolEndpoint, Reading, Refused, State
from tests.miners.adapters.bench import Bench, Generation, bench
from tests.miners.adapters.test_generations import BITAXES, NERDS, since

SLOW = 5  # simulated seconds a second, where something must be seen before it has passed
POOL = PoolEndpoint(host="Other.Example", port=3334, user="bc1qplaceholder.rig")
OLD_LATCH = [one for one in since(BITAXES, (2, 1, 9)) if one not in since(BITAXES, (2, 11, 0))]
LOCKS = since(NERDS, (1, 0, 34))


def over(generations: Iterable[Generation]) -> Any:
    found = list(generations)
    return pytest.mark.parametrize("generation", found, ids=["-".join(one) for one in found])


def axeos(one: Bench, **changes: Any) -> AxeosDevice:
    adapter = one.adapter(**changes)
    assert isinstance(adapter, AxeosDevice)
    return adapter


def bitaxe(one: Bench) -> Bitaxe:
    adapter = one.adapter()
    assert isinstance(adapter, Bitaxe)
    return adapter


def nerdqaxe(one: Bench, **changes: Any) -> NerdQaxe:
    adapter = one.adapter(**changes)
    assert isinstance(adapter, NerdQaxe)
    return adapter


def asked(one: Bench) -> tuple[int, int, int]:
    counters = one.device.counters
    return counters.reads, counters.connections, counters.most_open_connections


# --- one request a poll


@over(BITAXES + NERDS)
async def test_a_poll_is_one_request_on_one_connection_and_a_new_firmware_costs_one_more(generation: Generation):
    async with bench(generation) as one:
        first = await one.learn()
        assert asked(one) == (2, 2, 1)
        for polls in (1, 2, 3):
            assert (await one.adapter().read()).options == first.options
            assert asked(one) == (2 + polls, 2 + polls, 1)
        assert first.options is not None
        before = replace(first.options, firmware="v0.0.1")
        updated = await one.adapter(options=before).read()
        assert asked(one) == (7, 7, 1)
        assert updated.options == first.options
        assert one.device.counters.writes == 0


@over(BITAXES + NERDS)
async def test_a_mode_costs_one_look_and_one_write_that_holds_both_values(generation: Generation):
    async with bench(generation) as one:
        await one.learn()
        reads = one.device.counters.reads
        await axeos(one).set_mode("eco")
        assert one.device.counters.reads == reads + 1
        first = one.device.counters.last_writes[0]
        assert first.startswith("PATCH /api/system")
        restarts = [write for write in one.device.counters.last_writes if "restart" in write]
        assert len(restarts) == (generation[2] in {"v2.0.0", "v2.1.8", "v2.1.9"})


@over(BITAXES + NERDS)
async def test_nothing_outside_its_options_is_ever_sent(generation: Generation):
    async with bench(generation) as one:
        options = (await one.learn()).options
        assert options is not None
        low, high = min(options.frequencies_mhz), max(options.frequencies_mhz)
        least, most = min(options.core_voltages_mv), max(options.core_voltages_mv)
        for mhz, mv in [(low - 1, most), (high + 1, most), (low, least - 1), (high, most + 1), (65_535, 65_535)]:
            with pytest.raises(Refused, match="outside what this board supports"):
                await axeos(one).tune(mhz, mv)
        assert one.device.counters.writes == 0


# --- pools


@over(since(BITAXES, (2, 3, 0)))
async def test_a_bitaxe_on_its_fallback_is_brought_to_the_new_pool(generation: Generation):
    async with bench(generation) as one:
        one.device.actions()["fallback"]({"on": True})
        before = await one.learn()
        await bitaxe(one).set_pool(POOL)
        assert before.pool_url != "other.example:3334"
        await one.truly(lambda truth: truth["pool"] == "other.example:3334")
        after = await one.until(lambda seen: seen.pool_url == "other.example:3334")
        assert after.pool_user == POOL.user


async def test_a_fallback_chosen_by_hand_is_let_go():
    async with bench(("bitaxe", "gamma", "v2.15.0")) as one:
        await one.learn()
        await bitaxe(one).write(await bitaxe(one).before_write(), {"useFallbackStratum": 1})
        await bitaxe(one).set_pool(POOL)
        await one.truly(lambda truth: truth["pool"] == "other.example:3334")


async def test_the_second_pool_of_the_list_becomes_the_first_and_back():
    async with bench(("bitaxe", "gamma", "v2.15.0")) as one:
        await one.learn()
        info = await bitaxe(one).before_write()
        old = PoolEndpoint(host=info["stratumURL"], port=info["stratumPort"], user=info["stratumUser"])
        await bitaxe(one).set_pool(POOL)
        await one.until(lambda seen: seen.pool_url == "other.example:3334")
        await one.truly(lambda truth: truth["pool"] == "other.example:3334")
        await one.obey(lambda adapter: adapter.set_pool(old))
        await one.until(lambda seen: seen.pool_url == f"{old.host}:{old.port}")
        await one.truly(lambda truth: truth["pool"] == f"{old.host}:{old.port}")


@over(since(NERDS, (1, 0, 25)))
async def test_a_nerdqaxe_on_its_fallback_is_brought_to_the_new_pool(generation: Generation):
    async with bench(generation) as one:
        one.device.actions()["fallback"]({"on": True})
        before = await one.learn()
        await nerdqaxe(one).set_pool(POOL)
        assert before.pool_url != "other.example:3334"
        await one.truly(lambda truth: truth["pool"] == "other.example:3334")
        await one.until(lambda seen: seen.pool_url == "other.example:3334")


@over(since(NERDS, (1, 0, 35)))
async def test_a_nerdqaxe_that_mines_at_two_pools_mines_at_one_then(generation: Generation):
    async with bench(generation) as one:
        await one.learn()
        await nerdqaxe(one).write(await nerdqaxe(one).before_write(), {"poolMode": 1})
        await one.truly(lambda truth: truth["dual"])
        await nerdqaxe(one).set_pool(POOL)
        await one.truly(lambda truth: not truth["dual"] and truth["pool"] == "other.example:3334")
        assert not [write for write in one.device.counters.last_writes if "restart" in write]


@over([*since(BITAXES, (2, 13, 0)), *since(NERDS, (1, 0, 36))])
async def test_tls_is_taken_where_it_is_known(generation: Generation):
    async with bench(generation) as one:
        await one.learn()
        await one.obey(lambda adapter: adapter.set_pool(replace(POOL, tls=True)))
        await one.truly(lambda truth: truth["pool"] == "other.example:3334")  # it has restarted
        await one.until(lambda seen: seen.pool_url == "other.example:3334")
        info = await axeos(one).before_write()
        assert info["stratumTLS"] == 1
        assert isinstance(info["stratumTLS"], bool) is (generation[0] == "nerdqaxe")


# --- heat


@over(OLD_LATCH)
async def test_a_latch_of_heat_is_told_and_released_with_the_new_setting(generation: Generation):
    async with bench(generation) as one:
        await one.learn()
        one.device.overheat()
        latched = await one.adapter().read()
        assert latched.overheated
        assert (latched.frequency_mhz, latched.core_voltage_mv, latched.mode) == (50, 1000, "custom")
        await one.obey(lambda adapter: adapter.set_mode("standard"))
        cooled = await one.until(lambda seen: not seen.overheated and seen.mode == "standard")
        assert cooled.state is State.MINING
        await one.truly(lambda truth: truth["frequency_mhz"] > 50)


@over(since(BITAXES, (2, 11, 0)))
async def test_a_board_that_recovers_by_itself_is_left_to_cool_and_is_lower_then(generation: Generation):
    async with bench(generation, speed=SLOW) as one:
        before = await one.learn()
        one.device.overheat()
        assert (await one.adapter().read()).overheated
        with pytest.raises(Refused, match="cools down by itself") as caught:
            await bitaxe(one).set_mode("oc")
        assert caught.value.retry
        assert one.device.counters.writes == 0
        after = await one.until(lambda seen: not seen.overheated)
        assert (after.frequency_mhz, after.core_voltage_mv) == (425, 1050)
        assert has_lowered_itself(before, after)


def has_lowered_itself(before: Reading, after: Reading) -> bool:
    return lowered_itself(before.frequency_mhz, before.core_voltage_mv, after.frequency_mhz, after.core_voltage_mv)


@over(since(BITAXES, (2, 6, 0)))
async def test_a_hardware_fault_is_told_in_the_words_of_the_device(generation: Generation):
    async with bench(generation) as one:
        one.device.actions()["fault-text"]({"text": "ASIC not found"})
        assert (await one.adapter().read()).fault == "ASIC not found"


# --- one-time codes


@over(LOCKS)
async def test_where_a_code_is_wanted_nothing_is_sent_without_a_session(generation: Generation):
    async with bench(generation, otp="123456") as one:
        reading = await one.learn()
        assert reading.needs_code
        assert Capability.CODE in reading.capabilities
        assert not {Capability.MODE, Capability.TUNE, Capability.POOL} & reading.capabilities
        for command in (
            lambda: nerdqaxe(one).set_mode("eco"),
            lambda: nerdqaxe(one).tune(500, 1150),
            lambda: nerdqaxe(one).set_pool(POOL),
        ):
            with pytest.raises(NeedsCode, match="one-time code") as caught:
                await command()
            assert not caught.value.retry
        assert one.device.counters.writes == 0


@over(LOCKS)
async def test_with_a_session_settings_and_restart_are_taken(generation: Generation):
    async with bench(generation, otp="123456") as one:
        await one.learn()
        session = await nerdqaxe(one).open_session("123456")
        assert session.lasts_s == 86_400
        opened = await one.adapter(code_session=session.token).read()
        assert not opened.needs_code
        assert {Capability.MODE, Capability.TUNE, Capability.POOL, Capability.RESTART} <= opened.capabilities
        await nerdqaxe(one, code_session=session.token).set_mode("eco")
        assert opened.options is not None
        await one.truly(lambda truth: truth["frequency_mhz"] == min(opened.options.frequencies_mhz))
        await nerdqaxe(one, code_session=session.token).set_pool(POOL)
        await one.truly(lambda truth: truth["pool"] == "other.example:3334")


@over(LOCKS)
async def test_a_wrong_code_is_sent_once(generation: Generation):
    async with bench(generation, otp="123456") as one:
        await one.learn()
        with pytest.raises(NeedsCode, match="five wrong ones within a minute") as caught:
            await nerdqaxe(one).open_session("000000")
        assert not caught.value.retry
        assert one.device.counters.writes == 1


@over(LOCKS)
async def test_a_session_that_ended_early_is_tried_once(generation: Generation):
    async with bench(generation, otp="123456") as one:
        await one.learn()
        token = (await nerdqaxe(one).open_session("123456")).token
        one.device.actions()["end-sessions"]({})
        with pytest.raises(NeedsCode, match="enter a new code"):
            await nerdqaxe(one, code_session=token).set_mode("eco")
        assert one.device.counters.writes == 2


@over(LOCKS)
async def test_a_restart_wants_the_code_in_two_versions_only(generation: Generation):
    async with bench(generation, otp="123456") as one:
        reading = await one.learn()
        wanted = generation[2] in {"v1.0.34", "v1.0.35"}
        assert (Capability.RESTART in reading.capabilities) is not wanted
        if wanted:
            with pytest.raises(NeedsCode):
                await nerdqaxe(one).restart()
        else:
            await nerdqaxe(one).restart()
        assert one.device.counters.writes == (not wanted)


async def test_a_code_is_not_sent_where_none_is_wanted():
    async with bench(("nerdqaxe", "nerdqaxe++", "v1.0.36")) as one:
        await one.learn()
        with pytest.raises(Refused, match="OTP is off"):
            await nerdqaxe(one).open_session("123456")
        assert one.device.counters.writes == 0
