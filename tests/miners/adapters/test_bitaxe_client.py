"""The Bitaxe client against a small web server: how many requests, which, and what is never sent."""

from __future__ import annotations

import asyncio

import pytest

from miners.adapters.bitaxe.client import Bitaxe
from miners.adapters.bitaxe.info import options_of
from miners.adapters.link import Link, open_link
from miners.contract import (
    Adapter,
    Garbled,
    Identifies,
    Options,
    Pauses,
    PoolEndpoint,
    Refused,
    Restarts,
    SetsMode,
    SwitchesPool,
    Target,
    Tunes,
    Unreachable,
)
from tests.miners.adapters.payloads import (
    AXEOS_2_0,
    AXEOS_2_10,
    AXEOS_2_12,
    AXEOS_2_15,
    GAMMA_ASIC,
    MAC,
    NERD_1_0_30,
    NMAXE_3,
    Payload,
)
from tests.miners.adapters.wire import HOST, OK, Device, Writer, listening, response, serving

INFO, ASIC, PATCH = "GET /api/system/info", "GET /api/system/asic", "PATCH /api/system"
RESTART = "POST /api/system/restart"
POOL = PoolEndpoint(host="new.example", port=3335, user="me.rig")

KNOWN = options_of(AXEOS_2_15, GAMMA_ASIC)


def pages(info: Payload = AXEOS_2_15, asic: object = GAMMA_ASIC) -> dict[str, object]:
    return {
        INFO: info,
        ASIC: asic,
        PATCH: OK,
        RESTART: response(b"System will restart shortly."),
        "POST /api/system/pause": {"message": "Mining paused"},
        "POST /api/system/resume": {"message": "Mining resumed"},
        "POST /api/system/identify": {"message": "The device says Hi!"},
    }


def bitaxe(device: Device, link: Link, *, mac: str | None = None, options: Options | None = None) -> Bitaxe:
    return Bitaxe(Target(kind="bitaxe", host=HOST, port=device.port, mac=mac, options=options), link)


def test_it_offers_what_the_contract_names(link: Link):
    one = Bitaxe(Target(kind="bitaxe", host=HOST, port=80), link)
    for protocol in (Adapter, SetsMode, Tunes, SwitchesPool, Pauses, Restarts, Identifies):
        assert isinstance(one, protocol)


async def test_the_first_poll_asks_for_the_options_and_later_ones_are_one_request(link: Link):
    async with listening(serving(pages())) as device:
        first = await bitaxe(device, link).read()
        assert device.lines == [INFO, ASIC]
        assert first.options == KNOWN
        again = await bitaxe(device, link, options=first.options).read()
        assert device.lines == [INFO, ASIC, INFO]
        assert again == first


async def test_a_new_firmware_is_asked_for_its_options(link: Link):
    async with listening(serving(pages(AXEOS_2_15 | {"version": "v2.15.1"}))) as device:
        reading = await bitaxe(device, link, options=KNOWN).read()
        assert device.lines == [INFO, ASIC]
        assert reading.options is not None
        assert reading.options.firmware == "v2.15.1"


@pytest.mark.parametrize("asic", [None, response(b"<html>portal</html>"), response(b"[]")])
async def test_a_firmware_without_options_gets_those_of_its_board(link: Link, asic: object):
    async with listening(serving(pages(AXEOS_2_10, asic))) as device:
        reading = await bitaxe(device, link).read()
        assert reading.options is not None
        assert reading.options.modes["oc"].frequency_mhz == 625
        assert reading.options.firmware == "v2.10.1"


async def test_options_that_do_not_come_cost_no_reading_and_are_asked_for_again(link: Link):
    broken = response(b"", status="500 Internal Server Error")
    async with listening(serving(pages(asic=broken))) as device:
        reading = await bitaxe(device, link).read()
        assert reading.hashrate_ghs == 1088.94
        assert reading.mode == "standard"
        assert reading.options is None


@pytest.mark.parametrize("asic", [response(b'{"ASICModel": "BM'), response(b"busy", status="429 Too Many Requests")])
async def test_options_that_came_broken_are_not_kept(link: Link, asic: object):
    async with listening(serving(pages(AXEOS_2_15 | {"temptarget": 60}, asic))) as device:
        reading = await bitaxe(device, link).read()
        assert (reading.options, reading.mode) == (None, "standard")
        with pytest.raises(Unreachable):
            await bitaxe(device, link).set_mode("eco")
        assert PATCH not in device.lines


@pytest.mark.parametrize(
    ("info", "words"), [(NERD_1_0_30, "nerdqaxe"), (NMAXE_3, "NMAxe"), (None, "does not know"), ({"a": 1}, "unknown")]
)
async def test_another_device_at_its_address_is_garbled(link: Link, info: Payload | None, words: str):
    async with listening(serving({INFO: info})) as device:
        with pytest.raises(Garbled, match=words):
            await bitaxe(device, link).read()


async def test_a_mode_writes_frequency_and_voltage_together(link: Link):
    async with listening(serving(pages())) as device:
        await bitaxe(device, link).set_mode("eco")
        assert device.requests == [(INFO, None), (ASIC, None), (PATCH, {"frequency": 400, "coreVoltage": 1000})]


async def test_after_a_reading_a_command_is_one_request(link: Link):
    async with listening(serving(pages())) as device:
        one = bitaxe(device, link, options=KNOWN, mac=MAC)
        await one.read()
        await one.set_mode("oc")
        assert device.requests[1:] == [(PATCH, {"frequency": 625, "coreVoltage": 1250})]


async def test_a_mode_it_has_not_is_refused(link: Link):
    async with listening(serving(pages())) as device:
        with pytest.raises(Refused, match="no mode 'ludicrous'; it has: eco, standard, turbo, oc"):
            await bitaxe(device, link, options=KNOWN).set_mode("ludicrous")
        assert PATCH not in device.lines


@pytest.mark.parametrize(
    ("frequency", "voltage", "words"),
    [
        (626, 1150, "626 MHz is outside what this board supports: 400 to 625 MHz"),
        (399, 1150, "400 to 625 MHz"),
        (525, 1300, "1300 mV is outside what this board supports: 1000 to 1250 mV"),
        (525, float("nan"), "1000 to 1250 mV"),
    ],
)
async def test_tuning_outside_the_board_is_refused_with_its_range(
    link: Link, frequency: float, voltage: float, words: str
):
    async with listening(serving(pages())) as device:
        with pytest.raises(Refused, match=words):
            await bitaxe(device, link, options=KNOWN).tune(frequency, voltage)
        assert PATCH not in device.lines


async def test_tuning_within_the_board_is_written(link: Link):
    async with listening(serving(pages())) as device:
        await bitaxe(device, link, options=KNOWN).tune(560, 1170)
        assert device.requests[-1] == (PATCH, {"frequency": 560, "coreVoltage": 1170})


async def test_a_board_that_says_nothing_is_not_tuned(link: Link):
    async with listening(serving(pages({"ASICModel": "BM9999", "version": "v2.5"}, None))) as device:
        with pytest.raises(Refused, match="does not say"):
            await bitaxe(device, link).tune(500, 1100)


async def test_an_older_pool_change_restarts(link: Link):
    async with listening(serving(pages(AXEOS_2_12))) as device:
        await bitaxe(device, link).set_pool(POOL)
        assert device.lines == [INFO, PATCH, RESTART]
        assert device.requests[1][1]["stratumURL"] == "new.example"
        assert "pools" not in device.requests[1][1]


async def test_a_pool_change_of_2_15_goes_through_its_list_and_restarts(link: Link):
    async with listening(serving(pages())) as device:
        await bitaxe(device, link).set_pool(POOL)
        assert device.lines == [INFO, PATCH, RESTART]
        values = device.requests[1][1]
        assert values["pools"][0]["stratumURL"] == "new.example"
        assert "stratumURL" not in values


async def test_a_refused_pool_change_does_not_restart(link: Link):
    refusing = pages() | {PATCH: response(b"Wrong API input", status="400 Bad Request")}
    async with listening(serving(refusing)) as device:
        with pytest.raises(Refused, match="Wrong API input"):
            await bitaxe(device, link).set_pool(POOL)
        assert device.lines == [INFO, PATCH]


async def test_pause_resume_identify_and_restart_are_posts(link: Link):
    async with listening(serving(pages())) as device:
        one = bitaxe(device, link)
        await one.pause()
        await one.resume()
        await one.identify()
        await one.restart()
        assert device.lines == [
            INFO,
            *(f"POST /api/system/{name}" for name in ("pause", "resume", "identify", "restart")),
        ]


async def test_an_older_firmware_does_not_know_pause(link: Link):
    without = {line: page for line, page in pages(AXEOS_2_10).items() if "pause" not in line}
    async with listening(serving(without)) as device:
        with pytest.raises(Refused, match="firmware does not know POST /api/system/pause"):
            await bitaxe(device, link).pause()


@pytest.mark.parametrize(("version", "restarts"), [("v2.0.0", True), ("v2.1.10", True), ("v2.2.0", False), ("?", True)])
async def test_before_2_2_a_setting_takes_effect_at_a_restart(link: Link, version: str, *, restarts: bool):
    async with listening(serving(pages(AXEOS_2_0 | {"version": version}, None))) as device:
        await bitaxe(device, link).set_mode("eco")
        assert device.lines == [INFO, ASIC, PATCH, *([RESTART] if restarts else [])]


async def test_the_latch_of_2_1_9_is_released_by_its_own_name(link: Link):
    hot = AXEOS_2_0 | {"version": "v2.1.9", "overheat": 1, "temp": 41}
    async with listening(serving(pages(hot, None))) as device:
        await bitaxe(device, link).set_mode("standard")
        assert device.requests[2][1] == {"frequency": 485, "coreVoltage": 1200, "overheat": 0}


async def test_a_hot_regulator_keeps_the_latch_too(link: Link):
    hot = AXEOS_2_10 | {"overheat_mode": 1, "temp": 41, "vrTemp": 92}
    async with listening(serving(pages(hot))) as device:
        with pytest.raises(Refused, match="voltage regulator still has 92 °C"):
            await bitaxe(device, link).set_mode("standard")
        assert PATCH not in device.lines


async def test_a_board_that_cools_by_itself_is_left_alone(link: Link):
    hot = AXEOS_2_15 | {"overheat_mode": 1, "temp": -1, "manualFanSpeed": 100}
    async with listening(serving(pages(hot))) as device:
        with pytest.raises(Refused, match="cools down by itself") as caught:
            await bitaxe(device, link).tune(525, 1150)
        assert caught.value.retry
        assert PATCH not in device.lines


async def test_a_hot_board_is_not_clocked_up_again_and_a_cool_one_is_released(link: Link):
    hot = AXEOS_2_10 | {"overheat_mode": 1, "temp": 68, "frequency": 50}
    async with listening(serving(pages(hot))) as device:
        with pytest.raises(Refused, match="68 °C") as caught:
            await bitaxe(device, link).set_mode("standard")
        assert caught.value.retry
        assert PATCH not in device.lines
    async with listening(serving(pages(hot | {"temp": 41}))) as device:
        await bitaxe(device, link).set_mode("standard")
        assert device.requests[-1][1] == {"frequency": 525, "coreVoltage": 1150, "overheat_mode": 0}


@pytest.mark.parametrize("command", ["pause", "restart", "eco", "pool", "tune"])
async def test_another_board_at_this_address_is_never_written_to(link: Link, command: str):
    async with listening(serving(pages())) as device:
        one = bitaxe(device, link, mac="02:00:00:00:00:99", options=KNOWN)
        doing = {
            "pause": one.pause,
            "restart": one.restart,
            "eco": lambda: one.set_mode("eco"),
            "pool": lambda: one.set_pool(POOL),
            "tune": lambda: one.tune(525, 1150),
        }
        with pytest.raises(Refused, match=f"is {MAC}, not 02:00:00:00:00:99"):
            await doing[command]()
        assert device.lines == [INFO]


async def test_a_hung_device_costs_only_its_own_time_out():
    async def hang(request: bytes, writer: Writer) -> None:
        await asyncio.Event().wait()

    async with listening(hang) as hung, listening(serving(pages())) as well, open_link(timeout_s=0.3) as link:
        one, other = await asyncio.gather(
            bitaxe(hung, link).read(), bitaxe(well, link, options=KNOWN).read(), return_exceptions=True
        )
        assert isinstance(one, Unreachable)
        assert not isinstance(other, BaseException)
