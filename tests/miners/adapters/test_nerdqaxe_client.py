"""The NerdQAxe client against a small web server."""

from __future__ import annotations

import pytest

from miners.adapters.link import Link
from miners.adapters.nerdqaxe import NerdQaxe, options_of
from miners.contract import Adapter, PoolEndpoint, Refused, Restarts, SetsMode, ShutsDown, SwitchesPool, Target, Tunes
from tests.miners.adapters.payloads import NERD_1_0_30, NERD_1_0_36, NERD_ASIC, Payload
from tests.miners.adapters.wire import HOST, OK, Device, listening, response, serving

INFO, ASIC, PATCH = "GET /api/system/info", "GET /api/system/asic", "PATCH /api/system"
RESTART, SHUTDOWN = "POST /api/system/restart", "POST /api/system/shutdown"
POOL = PoolEndpoint(host="new.example", port=3335, user="me.rig")


def pages(info: Payload = NERD_1_0_36) -> dict[str, object]:
    return {INFO: info, ASIC: NERD_ASIC, PATCH: OK, RESTART: response(b"restarting"), SHUTDOWN: OK}


def nerd(device: Device, link: Link) -> NerdQaxe:
    options = options_of(NERD_1_0_36, NERD_ASIC)
    return NerdQaxe(Target(kind="nerdqaxe", host=HOST, port=device.port, options=options), link)


def test_it_offers_what_the_contract_names(link: Link):
    one = NerdQaxe(Target(kind="nerdqaxe", host=HOST, port=80), link)
    for protocol in (Adapter, SetsMode, Tunes, SwitchesPool, Restarts, ShutsDown):
        assert isinstance(one, protocol)


async def test_a_poll_is_one_request(link: Link):
    async with listening(serving(pages())) as device:
        reading = await nerd(device, link).read()
        assert reading.power_w == 78.25
        assert device.lines == [INFO]


async def test_settings_are_written_as_whole_numbers(link: Link):
    async with listening(serving(pages())) as device:
        await nerd(device, link).set_mode("eco")
        await nerd(device, link).tune(560.4, 1149.6)
        written = [body for line, body in device.requests if line == PATCH]
        assert written == [{"frequency": 500, "coreVoltage": 1120}, {"frequency": 560, "coreVoltage": 1150}]
        assert all(isinstance(value, int) for body in written for value in body.values())


async def test_a_pool_change_is_live_and_its_flags_are_booleans(link: Link):
    async with listening(serving(pages())) as device:
        await nerd(device, link).set_pool(POOL)
        assert device.lines == [INFO, PATCH]
        body = device.requests[1][1]
        assert body["stratumTLS"] is False
        assert body["stratumPort"] == 3335


async def test_an_older_firmware_restarts_for_a_new_pool(link: Link):
    async with listening(serving(pages(NERD_1_0_30))) as device:
        await nerd(device, link).set_pool(POOL)
        assert device.lines == [INFO, PATCH, RESTART]
        assert "stratumTLS" not in device.requests[1][1]


async def test_an_older_firmware_cannot_use_tls(link: Link):
    async with listening(serving(pages(NERD_1_0_30))) as device:
        with pytest.raises(Refused, match="TLS"):
            await nerd(device, link).set_pool(PoolEndpoint(host="new.example", port=1, user="me", tls=True))
        assert PATCH not in device.lines


async def test_where_a_code_is_needed_nothing_is_sent(link: Link):
    async with listening(serving(pages(NERD_1_0_36 | {"otp": True}))) as device:
        for command in (
            lambda: nerd(device, link).set_mode("eco"),
            lambda: nerd(device, link).tune(550, 1150),
            lambda: nerd(device, link).set_pool(POOL),
        ):
            with pytest.raises(Refused, match="one-time code") as caught:
                await command()
            assert not caught.value.retry
        assert PATCH not in device.lines


async def test_a_code_that_was_switched_on_unseen_is_named_too(link: Link):
    locked = pages() | {PATCH: response(b"OTP/Session required", status="401 Unauthorized")}
    async with listening(serving(locked)) as device:
        with pytest.raises(Refused, match=r"needs a one-time code.*OTP/Session required") as caught:
            await nerd(device, link).set_mode("eco")
        assert not caught.value.retry
        assert device.lines.count(PATCH) == 1


@pytest.mark.parametrize(("version", "free"), [("v1.0.34", False), ("v1.0.35", False), ("v1.0.36", True)])
async def test_a_restart_asks_for_the_code_in_two_versions_only(link: Link, version: str, free: bool):
    async with listening(serving(pages(NERD_1_0_36 | {"otp": True, "version": version}))) as device:
        if free:
            await nerd(device, link).restart()
        else:
            with pytest.raises(Refused, match="one-time code"):
                await nerd(device, link).restart()
        assert (RESTART in device.lines) is free


async def test_shutdown_is_a_post_that_older_firmware_does_not_know(link: Link):
    async with listening(serving(pages())) as device:
        await nerd(device, link).shutdown()
        assert device.lines == [INFO, SHUTDOWN]
    async with listening(serving({INFO: NERD_1_0_30})) as device:
        with pytest.raises(Refused, match="does not know"):
            await nerd(device, link).shutdown()
