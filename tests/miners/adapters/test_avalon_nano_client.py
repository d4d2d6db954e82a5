"""The Avalon Nano client against a small cgminer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from miners.adapters.avalon_nano.client import AvalonNano
from miners.adapters.link import Link
from miners.contract import Adapter, Garbled, Pauses, PoolEndpoint, Refused, Restarts, SetsMode, SwitchesPool, Target
from tests.miners.adapters.payloads import NANO3, NANO3S, WALLET
from tests.miners.adapters.wire import HOST, Device, Writer, listening

NEW = PoolEndpoint(host="new.example", port=1, user="me")
READ = ("summary+estats+pools+version", None)
MAC = "02:00:00:00:00:03"


def status(letter: str, code: int, words: str) -> bytes:
    """As the firmware writes it: raw newlines inside the message."""
    return f'{{"STATUS":[{{"STATUS":"{letter}","When":1,"Code":{code},"Msg":"{words}"}}],"id":1}}'.encode()


ASCSET_OK = status("S", 119, "ASC 0 set OK")
CALIBRATING = status("E", 120, "ASC 0 set failed: current mode 2 is caling Don't permit switch mode")
SETPOOL_OK = status("S", 133, "Pool 0 set\nPlease reboot miner to make config work.\n")


def answering(info: dict[str, Any], **replies: bytes) -> Any:
    async def script(request: bytes, writer: Writer) -> None:
        name = json.loads(request)["command"]
        reply = json.dumps(info).encode() if "+" in name else replies.get(name, status("E", 14, "Invalid command"))
        writer.write(reply + b"\0" if reply else b"")

    return script


def nano(device: Device, link: Link, *, mac: str | None = None, user: str = "", password: str = "") -> AvalonNano:
    target = Target(kind="avalon_nano", host=HOST, port=device.port, mac=mac, web_user=user, web_password=password)
    return AvalonNano(target, link)


def test_it_offers_what_the_contract_names_and_cannot_pause(link: Link):
    one = AvalonNano(Target(kind="avalon_nano", host=HOST, port=4028), link)
    for protocol in (Adapter, SetsMode, SwitchesPool, Restarts):
        assert isinstance(one, protocol)
    assert not isinstance(one, Pauses)


async def test_a_poll_is_one_joined_command_on_one_connection(link: Link):
    async with listening(answering(NANO3S)) as device:
        reading = await nano(device, link).read()
        assert (reading.power_w, reading.mac) == (132, MAC)
        assert device.requests == [READ]
        assert device.connections == 1


@pytest.mark.parametrize(
    ("info", "parameter"), [(NANO3S, "0,workmode,set,0"), (NANO3, "0,worklevel,set,0")], ids=["3S", "3"]
)
async def test_each_model_has_its_own_way_to_set_a_mode(link: Link, info: dict[str, Any], parameter: str):
    async with listening(answering(info, ascset=ASCSET_OK)) as device:
        await nano(device, link).set_mode("low")
        assert device.requests == [READ, ("ascset", parameter)]


async def test_while_it_calibrates_a_mode_may_be_tried_later(link: Link):
    async with listening(answering(NANO3S, ascset=CALIBRATING)) as device:
        with pytest.raises(Refused, match="caling") as caught:
            await nano(device, link).set_mode("low")
        assert caught.value.retry


async def test_other_refusals_are_final(link: Link):
    refusal = status("E", 120, "ASC 0 set failed: error:1 not support set workmode max_mode[1]")
    async with listening(answering(NANO3S, ascset=refusal)) as device:
        with pytest.raises(Refused, match=r"not support set workmode max_mode\[1\] \(120\)") as caught:
            await nano(device, link).set_mode("high")
        assert not caught.value.retry


async def test_an_answer_without_a_status_is_no_success(link: Link):
    async with listening(answering(NANO3S, ascset=b'{"id": 1}')) as device:
        with pytest.raises(Refused, match="ascset was refused"):
            await nano(device, link).set_mode("high")


async def test_a_mode_it_has_not_is_refused(link: Link):
    async with listening(answering(NANO3S)) as device:
        with pytest.raises(Refused, match="no mode 'eco'; it has: low, med, high"):
            await nano(device, link).set_mode("eco")
        assert device.requests == [READ]


@pytest.mark.parametrize(("info", "argument"), [(NANO3S, "0"), (NANO3, "all")], ids=["3S", "3"])
@pytest.mark.parametrize("reply", [ASCSET_OK, b""], ids=["answers", "hangs up"])
async def test_a_restart_is_a_reboot_by_ascset(link: Link, info: dict[str, Any], argument: str, reply: bytes):
    async with listening(answering(info, ascset=reply)) as device:
        await nano(device, link).restart()
        assert device.requests == [READ, ("ascset", f"0,reboot,{argument}")]


async def test_a_pool_in_a_slot_is_switched_to_live(link: Link):
    async with listening(answering(NANO3S, switchpool=status("S", 27, "Switching to pool 0"))) as device:
        await nano(device, link).set_pool(PoolEndpoint(host="pool.example", port=3333, user=WALLET))
        assert device.requests == [READ, ("switchpool", "0")]


async def test_the_code_of_every_reply_is_obeyed_or_told(link: Link):
    said = {
        ("S", 119, "ASC 0 set OK"): None,
        ("I", 118, "ASC 0 set info: workmode 2"): None,
        ("E", 14, "Invalid command"): False,
        ("E", 23, "Invalid JSON"): False,
        ("E", 45, "Access denied to 'ascset' command"): False,
        ("E", 107, "Invalid ASC id 7 - range is 0 - 0"): False,
        ("E", 120, "ASC 0 set failed: Unknown option: workmode"): False,
        ("E", 120, "ASC 0 set failed: current mode 2 is caling Don't permit switch mode"): True,
        ("W", 120, "ASC 0 set failed: warm"): False,
        ("F", 120, "ASC 0 set failed: broken"): False,
    }
    for (letter, code, words), retry in said.items():
        async with listening(answering(NANO3S, ascset=status(letter, code, words))) as device:
            if retry is None:
                await nano(device, link).set_mode("low")
                continue
            with pytest.raises(Refused, match=re.escape(f"ascset was refused: {words} ({code})")) as caught:
                await nano(device, link).set_mode("low")
            assert caught.value.retry is retry


@pytest.mark.parametrize(
    ("words", "code"), [("username err", 132), ("userpass err", 132), ("pool num must between 0 and 2", 132)]
)
async def test_what_setpool_refuses_is_said_and_nothing_reboots(link: Link, words: str, code: int):
    async with listening(answering(NANO3S, setpool=status("E", code, f"Pool set error: {words}\n"))) as device:
        with pytest.raises(Refused, match=words) as caught:
            await nano(device, link, user="root", password="root").set_pool(NEW)
        assert not caught.value.retry
        assert [name for name, _ in device.requests] == [READ[0], "setpool"]


async def test_a_slot_that_is_gone_is_said(link: Link):
    refusal = status("E", 26, "Invalid pool id 0 - range is 0 - 2")
    async with listening(answering(NANO3S, switchpool=refusal)) as device:
        with pytest.raises(Refused, match=r"Invalid pool id 0 - range is 0 - 2 \(26\)"):
            await nano(device, link).set_pool(PoolEndpoint(host="pool.example", port=3333, user=WALLET))


async def test_a_pool_without_readable_slots_may_be_tried_later(link: Link):
    hidden = NANO3S | {"pools": [{"STATUS": [{"STATUS": "E"}]}]}
    async with listening(answering(hidden)) as device:
        with pytest.raises(Refused, match="cannot be read") as caught:
            await nano(device, link, user="root", password="root").set_pool(NEW)
        assert caught.value.retry
        assert device.requests == [READ]


async def test_the_wifi_of_a_3s_is_joined_once_its_model_is_known(link: Link):
    lite = {"STATS": [{"MM ID0": "LVer[25021401_56abae7] SSID[placeholder] RSSI[-55] NetDevType[1]"}], "id": 1}
    async with listening(answering(NANO3S | {"litestats": [lite]})) as device:
        first = await nano(device, link).read()
        target = Target(kind="avalon_nano", host=HOST, port=device.port, options=first.options)
        second = await AvalonNano(target, link).read()
        assert second.rssi_dbm == -55
        assert device.requests == [READ, ("summary+estats+pools+version+litestats", None)]
        assert device.connections == 2


async def test_a_nano_3_is_never_asked_for_what_it_does_not_know(link: Link):
    async with listening(answering(NANO3)) as device:
        options = (await nano(device, link).read()).options
        target = Target(kind="avalon_nano", host=HOST, port=device.port, options=options)
        assert (await AvalonNano(target, link).read()).rssi_dbm is None
        assert device.requests == [READ, READ]


async def test_a_new_pool_is_written_to_a_spare_slot_and_needs_a_reboot(link: Link):
    pool = PoolEndpoint(host="new.example", port=3335, user="me.rig", password="d=1")
    async with listening(answering(NANO3S, setpool=SETPOOL_OK, ascset=b"")) as device:
        await nano(device, link, user="root", password="secret").set_pool(pool)
        assert device.requests == [
            READ,
            ("setpool", "root,secret,0,stratum+tcp://new.example:3335,me.rig,d=1"),
            ("ascset", "0,reboot,0"),
        ]


async def test_without_its_web_login_a_new_pool_is_refused(link: Link):
    async with listening(answering(NANO3S)) as device:
        with pytest.raises(Refused, match="web login"):
            await nano(device, link).set_pool(PoolEndpoint(host="new.example", port=1, user="me"))
        assert device.requests == [READ]


async def test_a_comma_would_shift_the_arguments_and_is_refused(link: Link):
    async with listening(answering(NANO3S)) as device:
        pool = PoolEndpoint(host="new.example", port=1, user="me", password="d=1,x")
        with pytest.raises(Refused, match="comma"):
            await nano(device, link, user="root", password="root").set_pool(pool)
        assert device.requests == [READ]


async def test_another_nano_at_this_address_is_never_written_to(link: Link):
    async with listening(answering(NANO3S, ascset=ASCSET_OK)) as device:
        with pytest.raises(Refused, match=f"is {MAC}, not 02:00:00:00:00:99"):
            await nano(device, link, mac="02:00:00:00:00:99").set_mode("low")
        assert device.requests == [READ]


async def test_another_miner_at_this_address_is_garbled(link: Link):
    stranger = {"STATUS": [{"STATUS": "E", "Code": 14, "Msg": "Invalid command", "Description": "cgminer 4.9.2"}]}
    async with listening(answering(stranger)) as device:
        with pytest.raises(Garbled, match=r"cgminer 4\.9\.2"):
            await nano(device, link).set_mode("low")
