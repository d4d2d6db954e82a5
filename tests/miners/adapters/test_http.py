"""The HTTP exchange against sockets that behave badly."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest

from miners.adapters import http
from miners.adapters.link import Link, open_link
from miners.contract import Garbled, Refused, Target, Unreachable
from tests.miners.adapters.wire import HOST, OK, Device, Writer, listening, response, saying


def target(device: Device) -> Target:
    return Target(kind="bitaxe", host=HOST, port=device.port)


async def fetch(link: Link, answer: bytes) -> object:
    async with listening(saying(answer)) as device:
        return await http.get_json(link, target(device), "/api/system/info")


async def test_an_object_is_returned(link: Link):
    assert await fetch(link, response(b'{"power": 12}')) == {"power": 12}


async def test_a_chunked_object_is_returned(link: Link):
    answer = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n'
    assert await fetch(link, answer) == {"a": 1}


async def test_a_body_without_a_length_ends_with_the_connection(link: Link):
    assert await fetch(link, b'HTTP/1.1 200 OK\r\n\r\n{"a": 1}') == {"a": 1}


async def test_a_device_with_an_ipv6_address_is_reached(link: Link):
    try:
        async with listening(saying(response(b"{}")), host="::1") as device:
            asked = Target(kind="bitaxe", host="::1", port=device.port)
            assert await http.get_json(link, asked, "/api/system/info") == {}
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")


@pytest.mark.parametrize("status", ["404 Not Found", "302 Found", "301 Moved Permanently"])
async def test_an_unknown_path_is_none_and_no_redirect_is_followed(link: Link, status: str):
    async with listening(saying(response(b"Redirect", status=status, headers="Location: /\r\n"))) as device:
        assert await http.get_json(link, target(device), "/api/system/asic") is None
        assert device.lines == ["GET /api/system/asic"]


async def test_the_request_is_as_an_esp32_likes_it(link: Link):
    seen: list[bytes] = []

    async def script(request: bytes, writer: Writer) -> None:
        seen.append(request)
        writer.write(response(b"{}"))

    async with listening(script) as device:
        await http.get_json(link, target(device), "/api/system/info")
    head = seen[0].lower()
    assert b"\r\nconnection: close" in head
    for unwanted in (b"origin:", b"accept-encoding:", b"cookie:", b"user-agent:"):
        assert unwanted not in head


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (response(b"<html><body>Hello</body></html>"), "a web page"),
        (response(b""), "empty"),
        (response(b'{"power": 12, "vol'), "not JSON"),
        (response(b"[]"), "no object"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not HTTP"),
        (b"\x00\x01\x02\x03\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 20_000 + b"\r\n\r\n{}", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n{}", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "not HTTP|broke off"),
    ],
)
async def test_an_answer_that_is_no_object_is_garbled(link: Link, answer: bytes, reason: str):
    with pytest.raises((Garbled, Unreachable), match=reason):
        await fetch(link, answer)


async def test_a_reset_in_the_middle_is_unreachable(link: Link):
    async def script(request: bytes, writer: Writer) -> None:
        writer.write(response(b'{"power": 12', length=500))
        await writer.drain()
        writer.transport.abort()

    async with listening(script) as device:
        with pytest.raises(Unreachable, match="broke off"):
            await http.get_json(link, target(device), "/api/system/info")


async def test_a_body_shorter_than_promised_is_unreachable(link: Link):
    with pytest.raises(Unreachable, match="broke off"):
        await fetch(link, response(b'{"power": 12}', length=500))


async def test_a_connection_closed_at_once_is_unreachable(link: Link):
    with pytest.raises(Unreachable, match="broke off"):
        await fetch(link, b"")


async def test_a_port_where_nobody_listens_is_unreachable(link: Link):
    with socket.socket() as free:
        free.bind((HOST, 0))
        nobody = Device(port=free.getsockname()[1])
    with pytest.raises(Unreachable, match=r"no connection \(Connection refused\)"):
        await http.get_json(link, target(nobody), "/api/system/info")


async def test_a_device_that_never_answers_costs_its_time_out():
    async def script(request: bytes, writer: Writer) -> None:
        await asyncio.Event().wait()

    async with listening(script) as device, open_link(timeout_s=0.2) as link:
        with pytest.raises(Unreachable, match=r"within 0\.2 s"):
            await http.get_json(link, target(device), "/api/system/info")


async def test_a_body_that_drips_costs_its_time_out():
    async def script(request: bytes, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with listening(script) as device, open_link(timeout_s=0.3) as link:
        with pytest.raises(Unreachable, match=r"within 0\.3 s"):
            await http.get_json(link, target(device), "/api/system/info")


@pytest.mark.parametrize("head", [b"", b"Content-Length: 100000000\r\n"])
async def test_an_endless_body_is_cut(link: Link, head: bytes):
    sent = 0

    async def script(request: bytes, writer: Writer) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        while not writer.is_closing():
            writer.write(b" " * 65_536)
            await writer.drain()
            sent += 65_536

    async with listening(script) as device:
        with pytest.raises(Garbled, match="longer than 64 KiB"):
            await http.get_json(link, target(device), "/api/system/info")
    assert sent < 32 * 1024 * 1024  # what the kernel's buffers swallow, and not a hundred megabytes


async def test_a_compressed_bomb_is_not_unpacked(link: Link):
    with pytest.raises(Garbled):
        await fetch(link, response(b"\x1f\x8b" + b"\0" * 100, headers="Content-Encoding: gzip\r\n"))


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable"])
async def test_a_failure_inside_the_device_is_unreachable(link: Link, status: str):
    with pytest.raises(Unreachable, match=status[:3]):
        await fetch(link, response(b"{}", status=status))


async def test_a_network_the_device_does_not_serve_is_refused(link: Link):
    with pytest.raises(Refused, match=r"Unauthorized \(401\)") as caught:
        await fetch(link, response(b"Unauthorized", status="401 Unauthorized"))
    assert not caught.value.retry


async def test_too_many_requests_may_be_tried_again(link: Link):
    with pytest.raises(Refused) as caught:
        await fetch(link, response(b"", status="429 Too Many Requests"))
    assert caught.value.retry


async def test_an_empty_200_is_a_successful_write(link: Link):
    async with listening(saying(OK)) as device:
        await http.patch(link, target(device), "/api/system", {"frequency": 525, "coreVoltage": 1150})
        assert device.requests == [("PATCH /api/system", {"frequency": 525, "coreVoltage": 1150})]


async def test_a_device_says_why_it_refuses(link: Link):
    async with listening(saying(response(b"Wrong API input", status="400 Bad Request"))) as device:
        with pytest.raises(Refused, match=r"Wrong API input \(400\)"):
            await http.patch(link, target(device), "/api/system", {"frequency": 1})


@pytest.mark.parametrize("status", ["404 Not Found", "302 Found"])
async def test_a_command_the_firmware_does_not_know_is_refused(link: Link, status: str):
    async with listening(saying(response(b"", status=status, headers="Location: /\r\n"))) as device:
        with pytest.raises(Refused, match="does not know POST /api/system/pause"):
            await http.post(link, target(device), "/api/system/pause")


async def test_null_is_never_sent(link: Link):
    async with listening(saying(OK)) as device:
        with pytest.raises(ValueError, match="null"):
            await http.patch(link, target(device), "/api/system", {"stratumUser": None})
        assert device.requests == []


async def test_the_cap_is_the_links(link: Link):
    async with listening(saying(response(b'{"a": "' + b"x" * 2000 + b'"}'))) as device:
        with pytest.raises(Garbled, match="longer than 1 KiB"):
            await http.get_json(replace(link, body_cap=1024), target(device), "/")
