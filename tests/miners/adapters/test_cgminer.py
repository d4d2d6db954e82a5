"""The cgminer exchange against sockets that behave badly."""

from __future__ import annotations

import asyncio
import json
import socket

import pytest

from miners.adapters import cgminer
from miners.adapters.link import Link, open_link
from miners.contract import Garbled, Target, Unreachable
from tests.miners.adapters.wire import HOST, Device, Writer, listening, response, saying

REPLY = b'{"STATUS":[{"STATUS":"S","Code":119,"Msg":"ASC 0 set OK"}],"id":1}'


def target(device: Device) -> Target:
    return Target(kind="avalon_nano", host=HOST, port=device.port)


async def ask(link: Link, answer: bytes) -> dict[str, object]:
    async with listening(saying(answer)) as device:
        return await cgminer.command(link, target(device), "summary")


@pytest.mark.parametrize("answer", [REPLY + b"\0", REPLY, REPLY + b"\0garbage after the end"])
async def test_a_reply_ends_with_nul_or_with_the_connection(link: Link, answer: bytes):
    assert await ask(link, answer) == json.loads(REPLY)


async def test_a_nul_ends_the_reply_and_we_hang_up(link: Link):
    async with listening(saying(REPLY + b"\0"), hold=True) as device:
        assert await cgminer.command(link, target(device), "summary") == json.loads(REPLY)
        async with asyncio.timeout(5):
            await device.hung_up.wait()  # an open connection would block this server for ten seconds


async def test_a_command_is_sent_as_json_with_its_parameter(link: Link):
    async with listening(saying(REPLY)) as device:
        await cgminer.command(link, target(device), "ascset", "0,workmode,set,1")
        await cgminer.command(link, target(device), "summary+estats")
        assert device.requests == [("ascset", "0,workmode,set,1"), ("summary+estats", None)]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b'{"STATUS":[{"STATUS":"S"', "not JSON"),
        (b"\0", "empty"),
        (b"STATUS=E,Code=14,Msg=Invalid command|\0", "not JSON"),
        (response(b"<html>", status="400 Bad Request"), "web page"),
        (b"[]\0", "no object"),
        (b" " * 200_000, "longer than 64 KiB"),
    ],
)
async def test_a_reply_that_is_no_object_is_garbled(link: Link, answer: bytes, reason: str):
    with pytest.raises(Garbled, match=reason):
        await ask(link, answer)


async def test_a_connection_closed_without_a_word_is_unreachable(link: Link):
    with pytest.raises(Unreachable, match="without an answer"):
        await ask(link, b"")


async def test_a_device_that_hangs_up_because_it_reboots_has_obeyed(link: Link):
    async with listening(saying(b"")) as device:
        assert await cgminer.farewell(link, target(device), "ascset", "0,reboot,0") is None


async def test_a_farewell_with_an_answer_returns_it(link: Link):
    async with listening(saying(REPLY)) as device:
        assert await cgminer.farewell(link, target(device), "ascset", "0,reboot,0") == json.loads(REPLY)


async def test_a_reset_in_the_middle_is_unreachable(link: Link):
    async def script(request: bytes, writer: Writer) -> None:
        writer.write(REPLY[:20])
        await writer.drain()
        linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    async with listening(script) as device:
        with pytest.raises(Unreachable, match="broke off"):
            await cgminer.command(link, target(device), "summary")


async def test_an_endless_reply_is_cut(link: Link):
    async def script(request: bytes, writer: Writer) -> None:
        while not writer.is_closing():
            writer.write(b" " * 65_536)
            await writer.drain()

    async with listening(script) as device:
        with pytest.raises(Garbled, match="longer than 64 KiB"):
            await cgminer.command(link, target(device), "summary")


@pytest.mark.parametrize("drip", [b"", b" "])
async def test_a_device_that_never_ends_costs_its_time_out(drip: bytes):
    async def script(request: bytes, writer: Writer) -> None:
        while not writer.is_closing():
            writer.write(drip)
            await asyncio.sleep(0.02)

    async with listening(script) as device, open_link(timeout_s=0.3) as link:
        with pytest.raises(Unreachable, match=r"within 0\.3 s"):
            await cgminer.command(link, target(device), "summary")


async def test_a_port_where_nobody_listens_is_unreachable(link: Link):
    with socket.socket() as free:
        free.bind((HOST, 0))
        nobody = Device(port=free.getsockname()[1])
    with pytest.raises(Unreachable, match=r"no connection \(Connection refused\)"):
        await cgminer.command(link, target(nobody), "summary")
