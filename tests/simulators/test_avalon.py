"""The cgminer API of the two Nanos."""

from __future__ import annotations

import asyncio
import re

import pytest

from miners.simulators.cgminer import CgminerEndpoint
from miners.simulators.simulation import Simulation
from tests.simulators.clients import BRISK, FAST, cgminer, exchange, one, refused, status_of, until

POLL = "summary+estats+pools+version"


def nano(model: str, speed: float = 1, **values: object) -> Simulation:
    return one("avalon_nano", speed, model=model, **values)


def words(reply: dict[str, object]) -> dict[str, str]:
    """The tokens of MM ID0."""
    section = reply["estats"][0]["STATS"][0]  # type: ignore[index]
    return dict(re.findall(r"(\w+)\[([^\]]*)\]", section["MM ID0"]))


@pytest.mark.parametrize("model", ["nano3", "nano3s"])
async def test_a_joined_command_answers_every_section_with_a_nul_at_the_end(model: str) -> None:
    async with nano(model) as simulation:
        reply = await cgminer(simulation.device("it"), POLL)
    assert list(reply) == ["summary", "estats", "pools", "version", "id"]
    assert reply["summary"][0]["STATUS"][0]["Code"] == 11
    assert len(reply["pools"][0]["POOLS"]) == 3
    assert [pool["Stratum Active"] for pool in reply["pools"][0]["POOLS"]] == [True, False, False]
    assert ("MAC" in reply["version"][0]["VERSION"][0]) is (model == "nano3s")


async def test_watts_and_mode_lie_in_different_places_on_the_two_models() -> None:
    async with nano("nano3s") as new, nano("nano3", host="127.20.2.1") as old:
        new_words = words(await cgminer(new.device("it"), POLL))
        old_words = words(await cgminer(old.device("it"), POLL))
    supply = new_words["PS"].split()
    assert 125 < int(supply[6]) < 140
    assert supply[5] == "3678"
    assert (new_words["WORKMODE"], new_words["WORKLEVEL"]) == ("2", "0")
    supply = old_words["PS"].split()
    assert 120 < int(supply[5]) < 135
    assert supply[2] == "0"
    assert old_words["WORKLEVEL"] == "2"
    assert "WORKMODE" not in old_words
    assert old_words["HDNA"] != "0000000000000000"


@pytest.mark.parametrize(("model", "option"), [("nano3s", "workmode"), ("nano3", "worklevel")])
async def test_a_mode_is_set_read_back_and_then_refused_while_it_calibrates(model: str, option: str) -> None:
    async with nano(model, BRISK) as simulation:
        device = simulation.device("it")
        assert await status_of(device, "ascset", f"0,{option},set,0") == ("S", 119, "ASC 0 set OK")
        letter, code, why = await status_of(device, "ascset", f"0,{option},set,2")
        assert (letter, code) == ("E", 120)
        assert "Don't permit switch mode" in why
        assert await status_of(device, "ascset", f"0,{option},get") == ("I", 118, f"ASC 0 set info: {option} 0")
        await until(lambda: device.describe()["power_w"] < 75 and not device.describe()["calibrating"])
        assert (await status_of(device, "ascset", f"0,{option},set,0"))[1] == 119  # the same again is no change
        assert (await status_of(device, "ascset", f"0,{option},set,2"))[1] == 119


async def test_the_other_models_option_sets_no_mode() -> None:
    async with nano("nano3") as simulation:
        device = simulation.device("it")
        assert await status_of(device, "ascset", "0,workmode,set,0") == (
            "E",
            120,
            "ASC 0 set failed: Unknown option: workmode",
        )
        assert device.describe()["level"] == 2


@pytest.mark.parametrize("model", ["nano3", "nano3s"])
@pytest.mark.parametrize("command", ["restart", "quit", "save"])
async def test_restart_and_quit_do_not_exist(model: str, command: str) -> None:
    async with nano(model) as simulation:
        device = simulation.device("it")
        assert await status_of(device, command) == ("E", 14, "Invalid command")
        assert device.counters.writes == 1


async def test_softoff_is_unknown_to_the_3s_and_an_empty_promise_of_the_3() -> None:
    async with nano("nano3s") as new, nano("nano3", host="127.20.2.1") as old:
        assert (await status_of(new.device("it"), "ascset", "0,softoff,1:1800000000"))[1] == 120
        assert (await status_of(old.device("it"), "ascset", "0,softoff,1:1800000000"))[1] == 119
        assert old.device("it").describe()["power_w"] > 100


@pytest.mark.parametrize(("model", "right", "wrong"), [("nano3s", "0", "all"), ("nano3", "all", "0")])
async def test_each_model_reboots_by_its_own_words(model: str, right: str, wrong: str) -> None:
    async with nano(model, FAST) as simulation:
        device = simulation.device("it")
        assert (await status_of(device, "ascset", f"0,reboot,{wrong}"))[1] == 120
        assert (await status_of(device, "ascset", f"0,reboot,{right}"))[1] == 119
        await until(lambda: device.describe()["power"] == "booting")
        assert await refused(device)
        await until(lambda: device.listening)
        assert (await cgminer(device, "summary"))["SUMMARY"][0]["Elapsed"] < 100
        assert (await status_of(device, "ascset", "0,help"))[:2] == ("I", 118)


async def test_switchpool_acts_at_once_and_is_forgotten_by_a_reboot() -> None:
    async with nano("nano3s", FAST) as simulation:
        device = simulation.device("it")
        assert (await status_of(device, "switchpool", "1"))[1] == 27
        rows = (await cgminer(device, "pools"))["POOLS"]
        assert [row["Stratum Active"] for row in rows] == [False, True, False]
        assert [row["Priority"] for row in rows] == [1, 0, 2]
        assert await status_of(device, "switchpool", "7") == ("E", 26, "Invalid pool id 7 - range is 0 - 2")
        assert (await status_of(device, "poolpriority", "2,0,1"))[1] == 73
        assert device.describe()["pool_slot"] == 2
        device.reboot()
        await until(lambda: device.listening)
        assert device.describe()["pool_slot"] == 0


async def test_setpool_wants_the_web_login_and_a_reboot() -> None:
    async with nano("nano3s", FAST, web_user="admin", web_password="secret") as simulation:
        device = simulation.device("it")
        new = "stratum+tcp://new.example:4444,me.it,x"
        assert (await status_of(device, "setpool", f"root,secret,0,{new}"))[1:] == (132, "Pool set error: username err")
        assert (await status_of(device, "setpool", f"admin,bad,0,{new}"))[1:] == (132, "Pool set error: userpass err")
        assert (await status_of(device, "setpool", f"admin,secret,3,{new}"))[1] == 132
        raw = await exchange(device, b'{"command":"setpool","parameter":"admin,secret,0,' + new.encode() + b'"}')
        assert b'"Code":133' in raw
        assert b"\n" in raw  # unescaped: not valid JSON
        assert device.describe()["pool"] == "pool.example:3333"
        device.reboot()
        await until(lambda: device.listening)
        assert (device.describe()["pool"], device.describe()["pool_user"]) == ("new.example:4444", "me.it")


async def test_a_write_cannot_be_joined() -> None:
    async with nano("nano3s") as simulation:
        reply = await cgminer(simulation.device("it"), "summary+ascset", "0,workmode,set,0")
    assert reply["ascset"][0]["STATUS"][0]["Code"] == 45
    assert reply["summary"][0]["STATUS"][0]["Code"] == 11


async def test_text_mode_and_broken_json_answer_as_cgminer_does() -> None:
    async with nano("nano3s") as simulation:
        device = simulation.device("it")
        plain = (await exchange(device, b"summary")).decode()
        assert re.match(
            r"STATUS=S,When=\d+,Code=11,Msg=Summary,Description=cgminer 4.11.1\|SUMMARY,Elapsed=\d+,", plain
        )
        assert plain.endswith("|\0")
        assert b'"Code":23' in await exchange(device, b"{nonsense")
        assert b'"Code":23' in await exchange(device, b'{"command":')


async def test_connections_are_served_one_after_the_other() -> None:
    async with nano("nano3s", latency_ms=40) as simulation:
        device = simulation.device("it")
        loop = asyncio.get_running_loop()
        started = loop.time()
        await asyncio.gather(*(cgminer(device, "summary") for _ in range(4)))
        assert loop.time() - started >= 4 * 0.04
        assert device.counters.most_open_connections > 1


async def test_a_silent_client_blocks_the_others_until_the_receive_time_out() -> None:
    async with nano("nano3s") as simulation:
        device = simulation.device("it")
        assert isinstance(device, CgminerEndpoint)
        device.receive_timeout_s = 0.2
        silent, writer = await asyncio.open_connection(device.host, device.port)
        loop = asyncio.get_running_loop()
        started = loop.time()
        await cgminer(device, "summary")
        assert loop.time() - started > 0.15
        assert await silent.read() == b""
        writer.close()


async def test_only_questions_count_as_reads() -> None:
    async with nano("nano3s") as simulation:
        device = simulation.device("it")
        await cgminer(device, POLL)
        await cgminer(device, "ascset", "0,help")
        assert (device.counters.reads, device.counters.writes) == (2, 0)
        await cgminer(device, "ascset", "0,workmode,set,1")
        await cgminer(device, "switchpool", "1")
        assert (device.counters.reads, device.counters.writes) == (2, 2)
        assert list(device.counters.last_writes) == ["ascset|0,workmode,set,1", "switchpool|1"]
