"""What no device should ever send, to the driver of every family: one of our errors, in bounded time and memory."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

import pytest

from miners.adapters.link import Datagram, Link, open_link
from miners.adapters.registry import open_adapter
from miners.contract import DeviceError, Garbled, Reading, Target, Unreachable
from tests.miners.adapters import payloads
from tests.miners.adapters.wire import HOST, Script, Writer, listening, response, saying

HTTP_FAMILIES = ("bitaxe", "nerdqaxe", "nmminer")
FAMILIES = (*HTTP_FAMILIES, "avalon_nano")
MIB = 1 << 20
HUGE = 100 * MIB
PATIENCE_S = 0.5
LONGEST_S = 6.0  # a time-out on a machine that has much else to do
MOST_MEMORY = 6 * MIB  # of both ends, which are one process here

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BOMB = gzip.compress(b" " * (32 * MIB))


def endless(start: bytes, piece: bytes, most: int | None = None) -> Script:
    """`start`, then `piece` again and again: for ever, or up to `most` bytes."""

    async def script(request: bytes, writer: Writer) -> None:
        writer.write(start)
        sent = 0
        while not writer.is_closing() and (most is None or sent < most):
            writer.write(piece)
            await writer.drain()
            sent += len(piece)

    return script


def dripping(start: bytes, piece: bytes) -> Script:
    """`start`, then `piece` every few milliseconds, for ever."""

    async def script(request: bytes, writer: Writer) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.005)

    return script


async def silent(request: bytes, writer: Writer) -> None:
    await asyncio.Event().wait()


async def reset(request: bytes, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200")
    writer.transport.abort()


ANY_TRANSPORT: dict[str, Script] = {
    "silence": silent,
    "a reset": reset,
    "nothing": saying(b""),
    "noise": saying(bytes(range(256)) * 40),
    "zeros": saying(b"\0" * 5000),
    "100 MiB of blanks": endless(b"", b" " * 65_536, HUGE),
    "100 MiB of noise": endless(b"", b"\xff\xfe\xfd" * 20_000, HUGE),
    "a line without end": endless(b"HTTP/1.1 200 ", b"x" * 65_536),
    "a slow line without end": dripping(b"HTTP/1.1 200 ", b"x"),
}
HTTP: dict[str, Script] = {
    "html": saying(response(b"<!DOCTYPE html><html><body>Router login</body></html>")),
    "an empty body": saying(response(b"")),
    "half an object": saying(response(b'{"power": 12, "hashRate')),
    "less than promised": saying(response(b'{"power": 12}', length=900)),
    "a list": saying(response(b"[1, 2, 3]")),
    "a number without end": saying(response(b"9" * 60_000)),
    "brackets without end": saying(response(b'{"a":' * 12_000)),
    "control characters": saying(response(b'{"a": "' + bytes(range(32)) + b"\x7f")),
    "a promise of 100 MiB": endless(HEAD + b"Content-Length: 104857600\r\n\r\n", b" " * 65_536, HUGE),
    "100 MiB in chunks": endless(CHUNKED, b"10000\r\n" + b" " * 65_536 + b"\r\n", HUGE),
    "an endless body": endless(HEAD + b"\r\n", b" " * 65_536),
    "a body that drips": dripping(HEAD + b"Content-Length: 60000\r\n\r\n", b" "),
    "chunks that drip": dripping(CHUNKED, b"1\r\n \r\n"),
    "headers without end": endless(HEAD, b"X-A: b\r\n" * 1000),
    "headers that drip": dripping(HEAD, b"X-A: b\r\n"),
    "a header without end": endless(HEAD + b"X-A: ", b"b" * 65_536),
    "cookies without end": endless(HEAD, b"Set-Cookie: a=b\r\n" * 1000),
    "informational answers without end": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "a chunk of nonsense": saying(CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n"),
    "a chunk of 2^64": saying(CHUNKED + b"FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n"),
    "a negative chunk": saying(CHUNKED + b"-5\r\n{}\r\n0\r\n\r\n"),
    "a chunk extension without end": endless(CHUNKED + b"2;", b"x" * 65_536),
    "a chunk that never ends": saying(CHUNKED + b"ff\r\n{}"),
    "trailers without end": endless(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n" * 1000),
    "a negative length": saying(HEAD + b"Content-Length: -1\r\n\r\n{}"),
    "two lengths": saying(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "a switch of protocols": saying(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
    "no content": saying(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "a status that is none": saying(b"HTTP/1.1 999999 What\r\n\r\n{}"),
    "an error without end": endless(b"HTTP/1.1 500 Oops\r\n\r\n", b"<p>" * 20_000),
    "gzip": saying(response(gzip.compress(b'{"power": 12}'), headers="Content-Encoding: gzip\r\n")),
    "a bomb of gzip": saying(response(BOMB, headers="Content-Encoding: gzip\r\n")),
    "a bomb of deflate": saying(response(zlib.compress(b" " * MIB * 32), headers="Content-Encoding: deflate\r\n")),
    "a compression nobody knows": saying(response(b"\x8b\x00", headers="Content-Encoding: br, zstd, x\r\n")),
    "a bomb of chunked gzip": saying(
        HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + b"7fa0\r\n" + BOMB[:32_672]
    ),
}
CGMINER: dict[str, Script] = {
    "html": saying(b"<html><body>Router login</body></html>\0"),
    "a web server": saying(response(b"<html>", status="400 Bad Request")),
    "text mode": saying(b"STATUS=E,When=1,Code=14,Msg=Invalid command,Description=cgminer 4.11.1|\0"),
    "half an answer": saying(json.dumps(payloads.NANO3S).encode()[:700]),
    "half an answer with its NUL": saying(json.dumps(payloads.NANO3S).encode()[:700] + b"\0"),
    "a list": saying(b"[]\0"),
    "nothing but a NUL": saying(b"\0"),
    "brackets without end": saying(b'{"a":' * 12_000 + b"\0"),
    "an object of 100 MiB": endless(b"{", b" " * 65_536, HUGE),
    "a long answer with its NUL in one piece": saying(b"{" + b" " * 200_000 + b"}\0"),
    "a drip": dripping(b"{", b" "),
    "tokens without end": saying(json.dumps(payloads.joined("a[" * 25_000, {})).encode() + b"\0"),
    "a token without end": saying(json.dumps(payloads.joined("a" * 50_000, {})).encode() + b"\0"),
}


@contextmanager
def within(seconds: float, memory: int = MOST_MEMORY) -> Iterator[None]:
    """The block takes at most so long and so many bytes at its peak."""
    tracemalloc.start()
    started = time.monotonic()
    try:
        yield
        took, (_, peak) = time.monotonic() - started, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took < seconds
    assert peak < memory, f"{peak / MIB:.1f} MiB"


@asynccontextmanager
async def a_driver(kind: str, script: Script) -> AsyncIterator[object]:
    async with listening(script) as device, open_link(timeout_s=PATIENCE_S) as link:
        yield open_adapter(Target(kind=kind, host=HOST, port=device.port), link)


async def is_refused(kind: str, script: Script) -> DeviceError:
    """The error of one reading, and nothing else."""
    async with a_driver(kind, script) as driver, asyncio.timeout(2 * LONGEST_S):
        with within(LONGEST_S), pytest.raises(DeviceError) as caught:
            await driver.read()  # type: ignore[attr-defined]
    words = str(caught.value)
    assert words.isprintable()
    assert len(words) < 200
    return caught.value


@pytest.mark.parametrize("kind", FAMILIES)
@pytest.mark.parametrize("what", ANY_TRANSPORT)
async def test_what_is_not_even_its_protocol(kind: str, what: str):
    await is_refused(kind, ANY_TRANSPORT[what])


@pytest.mark.parametrize("kind", HTTP_FAMILIES)
@pytest.mark.parametrize("what", HTTP)
async def test_what_a_web_server_can_do_wrong(kind: str, what: str):
    await is_refused(kind, HTTP[what])


@pytest.mark.parametrize("what", CGMINER)
async def test_what_a_cgminer_can_do_wrong(what: str):
    await is_refused("avalon_nano", CGMINER[what])


@pytest.mark.parametrize("kind", FAMILIES)
async def test_silence_may_be_tried_again_and_garbage_is_not_silence(kind: str):
    assert isinstance(await is_refused(kind, silent), Unreachable)
    html = CGMINER["html"] if kind == "avalon_nano" else HTTP["html"]
    assert isinstance(await is_refused(kind, html), Garbled)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", HTTP_FAMILIES)
async def test_no_redirect_is_followed(kind: str, status: int):
    async with listening(saying(response(b"{}"))) as elsewhere:
        there = f"Location: http://{HOST}:{elsewhere.port}/api/system/info\r\n"
        error = await is_refused(kind, saying(response(b"{}", status=f"{status} Moved", headers=there)))
        assert isinstance(error, Garbled)
        assert elsewhere.connections == 0


DATAGRAMS = {
    "nothing": b"",
    "zeros": b"\0" * 1000,
    "noise": bytes(range(256)) * 16,
    "html": b"<html></html>",
    "half": json.dumps(payloads.NM_1_8).encode()[:100],
    "a list": b"[]",
    "brackets": b'{"HashRate":' * 340,
    "digits": b'{"HashRate": ' + b"9" * 4000 + b"}",
    "another's": json.dumps({"name": "a speaker"}).encode(),
    "an NMAxe": json.dumps(payloads.NM_1_8 | {"BoardType": "NMAxe"}).encode(),
}


@pytest.mark.parametrize("what", DATAGRAMS)
async def test_what_can_be_broadcast(what: str, link: Link):
    heard = replace(link, broadcasts={HOST: Datagram(DATAGRAMS[what], 1)})
    driver = open_adapter(Target(kind="nmminer", host=HOST, port=12_345), heard)
    with within(LONGEST_S):
        if what == "digits":
            assert (await driver.read()).hashrate_ghs is None
            return
        with pytest.raises(Garbled):
            await driver.read()


LATIN_1 = {"bitaxe": payloads.AXEOS_2_12 | {"ssid": "@"}, "nerdqaxe": payloads.NERD_1_0_30 | {"ssid": "@"}}
LATIN_1 |= {"nmminer": payloads.NM_2_0 | {"ssid": "@"}}


@pytest.mark.parametrize("kind", FAMILIES)
async def test_a_name_that_is_no_utf8_does_not_cost_the_reading(kind: str):
    if kind == "avalon_nano":
        answer = json.dumps(payloads.NANO3S | {"note": "@"}).encode().replace(b"@", b"caf\xe9") + b"\0"
    else:
        answer = response(json.dumps(LATIN_1[kind]).encode().replace(b"@", b"caf\xe9"))
    async with a_driver(kind, saying(answer)) as driver:
        assert isinstance(await driver.read(), Reading)  # type: ignore[attr-defined]
