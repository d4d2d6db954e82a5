"""The exchange of a code on the wire: which header, once, and what answers are taken."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.adapters.link import Link
from miners.adapters.nerdqaxe import NerdQaxe
from miners.adapters.one_time_code import DAY_S, session_of
from miners.contract import CodeSession, DeviceError, Garbled, NeedsCode, Refused, TakesCode, Target, Unreachable
from tests.miners.adapters.payloads import NERD_1_0_36
from tests.miners.adapters.test_fuzz import VALUES
from tests.miners.adapters.wire import HOST, Device, Writer, listening, response, serving

INFO, PATCH, RESTART = "GET /api/system/info", "PATCH /api/system", "POST /api/system/restart"
OLD, NEW = "POST /api/otp/session", "POST /api/v2/otp/session"
LOCKED = NERD_1_0_36 | {"otp": True}
GOOD = {"token": "LGQ7I2GZ6L2WRCJX", "ttlMs": 86_400_000, "expiresAt": 1_716_789_000_000}


def nerd(device: Device, link: Link, **fields: Any) -> NerdQaxe:
    return NerdQaxe(Target(kind="nerdqaxe", host=HOST, port=device.port, **fields), link)


def test_it_offers_what_the_contract_names(link: Link):
    assert isinstance(NerdQaxe(Target(kind="nerdqaxe", host=HOST, port=80), link), TakesCode)


@pytest.mark.parametrize(
    ("version", "path"),
    [("v1.0.34", OLD), ("v1.0.34.1", OLD), ("v1.0.37.1", OLD), ("v1.0.38-alpha9", NEW), ("v1.1.0-beta1", NEW)],
)
async def test_the_code_goes_once_in_its_header_to_the_path_of_its_version(link: Link, version: str, path: str):
    requests: list[bytes] = []
    answers = serving({INFO: LOCKED | {"version": version}, path: GOOD})

    async def script(request: bytes, writer: Writer) -> None:
        requests.append(request)
        await answers(request, writer)

    async with listening(script) as device:
        assert await nerd(device, link).open_session("123456") == CodeSession(token=GOOD["token"], lasts_s=86_400)
        assert device.lines == [INFO, path]
    assert b"\r\nX-TOTP: 123456\r\n" in requests[1]
    assert b"123456" not in requests[0]


async def test_a_session_goes_in_its_header_with_writes_and_nowhere_else(link: Link):
    requests: list[bytes] = []
    answers = serving({INFO: LOCKED | {"version": "v1.0.35"}, PATCH: response(b""), RESTART: response(b"ok")})

    async def script(request: bytes, writer: Writer) -> None:
        requests.append(request)
        await answers(request, writer)

    async with listening(script) as device:
        one = nerd(device, link, code_session="token-1")
        await one.read()
        await one.set_mode("eco")
        await one.restart()
    carrying = [request.split(b" HTTP")[0] for request in requests if b"\r\nX-OTP-Session: token-1\r\n" in request]
    assert carrying == [PATCH.encode(), RESTART.encode()]
    assert not [request for request in requests if b"X-TOTP" in request]


async def test_where_otp_is_off_a_kept_session_is_not_sent(link: Link):
    requests: list[bytes] = []
    answers = serving({INFO: NERD_1_0_36, PATCH: response(b"")})

    async def script(request: bytes, writer: Writer) -> None:
        requests.append(request)
        await answers(request, writer)

    async with listening(script) as device:
        await nerd(device, link, code_session="token-1").set_mode("eco")
    assert b"token-1" not in b"".join(requests)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (response(b"OTP/Session required", status="401 Unauthorized"), NeedsCode),
        (None, Refused),
        (response(b"<html>"), Garbled),
        (response(b""), Garbled),
        (response(b"{}"), Garbled),
        (response(b'{"token": ""}'), Garbled),
        (response(b'{"token": "a\\r\\nX-Evil: 1"}'), Garbled),
        (response(b'{"token": 7}'), Garbled),
        (response(b"", status="500 Internal Server Error"), Unreachable),
    ],
)
async def test_what_is_no_session_is_an_error_and_never_asked_for_again(
    link: Link, answer: bytes | None, error: type[DeviceError]
):
    async with listening(serving({INFO: LOCKED, OLD: answer})) as device:
        with pytest.raises(error) as caught:
            await nerd(device, link).open_session("123456")
        assert device.lines == [INFO, OLD]
        assert "123456" not in str(caught.value)


@pytest.mark.parametrize(
    ("ttl_ms", "lasts_s"),
    [(60_000, 60), ("86400000", 86_400), (None, DAY_S), (-1, DAY_S), (10**30, DAY_S), ("x", DAY_S)],
)
def test_a_session_lasts_as_long_as_it_says_or_a_day(ttl_ms: object, lasts_s: float):
    assert session_of({"token": "t", "ttlMs": ttl_ms}, "POST").lasts_s == lasts_s


@given(st.dictionaries(st.sampled_from(["token", "ttlMs", "expiresAt"]), VALUES))
def test_any_answer_is_a_session_or_garbled(answer: dict[str, Any]):
    with suppress(Garbled):
        session = session_of(answer, "POST")
        assert session.token.isprintable()
        assert 0 < session.lasts_s <= 366 * DAY_S
