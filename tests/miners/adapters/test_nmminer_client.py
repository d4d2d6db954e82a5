"""Both generations of NMMiner: broadcasts that were heard, a configuration that is sent whole, a small web server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from miners.adapters.link import Datagram, Link
from miners.adapters.nmminer.client import NMMiner
from miners.contract import (
    Adapter,
    Garbled,
    Identifies,
    Options,
    PoolEndpoint,
    Refused,
    Restarts,
    SwitchesPool,
    Target,
    Unreachable,
)
from tests.miners.adapters.payloads import NM_1_7_SWARM, NM_1_8, NM_2_0, NM_CONFIG, NMAXE_3, WALLET, Payload
from tests.miners.adapters.wire import HOST, Device, listening, response, serving

UDP = Target(kind="nmminer", host=HOST, port=12_345)
INFO, MINING = "GET /api/system/info", "POST /api/setting/mining"
LIST = "GET /swarm"
RESTART, FIND = "POST /api/system/restart", "POST /api/swarm/find"
POOL = PoolEndpoint(host="new.example", port=3335, user="me.rig", password="d=1")


def heard(payload: object, age_s: float = 3) -> dict[str, Datagram]:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return {HOST: Datagram(body, age_s)}


class Inbox(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.got: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.got.put_nowait(data)


@asynccontextmanager
async def udp_device(link: Link, config: Payload | None) -> AsyncIterator[tuple[NMMiner, Inbox]]:
    loop = asyncio.get_running_loop()
    transport, inbox = await loop.create_datagram_endpoint(Inbox, local_addr=(HOST, 0))
    configs = heard(config) if config is not None else {}
    port = transport.get_extra_info("sockname")[1]
    try:
        yield NMMiner(UDP, replace(link, broadcasts=heard(NM_1_8), configs=configs, nmminer_config_port=port)), inbox
    finally:
        transport.close()


def http_device(device: Device, link: Link) -> NMMiner:
    return NMMiner(Target(kind="nmminer", host=HOST, port=device.port), link)


def test_it_offers_what_the_contract_names(link: Link):
    for protocol in (Adapter, SwitchesPool, Restarts, Identifies):
        assert isinstance(NMMiner(UDP, link), protocol)


async def test_a_broadcast_is_its_reading(link: Link):
    reading = await NMMiner(UDP, replace(link, broadcasts=heard(NM_1_8), configs=heard(NM_CONFIG))).read()
    assert reading.accepted == 41
    assert reading.pool_user == WALLET


async def test_a_broadcast_with_raw_control_characters_is_read(link: Link):
    raw = json.dumps(NM_1_8).replace("\\r", "\r").encode()
    reading = await NMMiner(UDP, replace(link, broadcasts=heard(raw))).read()
    assert reading.uptime_s == 22 * 60 + 57


async def test_silence_is_unreachable(link: Link):
    with pytest.raises(Unreachable, match="heard yet"):
        await NMMiner(UDP, link).read()
    with pytest.raises(Unreachable, match="heard for 61 s"):
        await NMMiner(UDP, replace(link, broadcasts=heard(NM_1_8, 61))).read()
    assert (await NMMiner(UDP, replace(link, broadcasts=heard(NM_1_8, 60))).read()).accepted == 41


@pytest.mark.parametrize("port", [12_345, 12_346, 12_347])
async def test_a_miner_at_a_port_of_broadcasts_is_only_listened_to(link: Link, port: int):
    with pytest.raises(Unreachable, match="No broadcast of it was heard yet"):
        await NMMiner(replace(UDP, port=port), link).read()


@pytest.mark.parametrize("payload", [b"\x00\xff", b"{", b"[]", {"name": "a speaker"}])
async def test_a_broadcast_of_something_else_is_garbled(link: Link, payload: object):
    with pytest.raises(Garbled):
        await NMMiner(UDP, replace(link, broadcasts=heard(payload))).read()


async def test_a_new_pool_is_its_whole_configuration_sent_to_it_alone(link: Link):
    async with udp_device(link, NM_CONFIG) as (miner, inbox):
        await miner.set_pool(POOL)
        async with asyncio.timeout(5):
            sent = json.loads(await inbox.got.get())
    assert sent == NM_CONFIG | {
        "IP": HOST,
        "PrimaryPool": "stratum+tcp://new.example:3335",
        "PrimaryAddress": "me.rig",
        "PrimaryPassword": "d=1",
    }


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (None, "has not broadcast its configuration"),
        ({key: value for key, value in NM_CONFIG.items() if key != "WiFiPWD"}, "not whole"),
        (NM_CONFIG | {"WiFiSSID": ""}, "not whole"),
        (NM_CONFIG | {"Timezone": None}, "not whole"),
        ({"PrimaryPool": "stratum+tcp://pool.example:1"}, "not whole"),
    ],
)
async def test_a_part_of_a_configuration_is_never_sent(link: Link, config: Payload | None, words: str):
    async with udp_device(link, config) as (miner, inbox):
        with pytest.raises(Refused, match=words):
            await miner.set_pool(POOL)
        assert inbox.got.empty()


@pytest.mark.parametrize("host", ["0.0.0.0", "255.255.255.255", "224.0.0.1", "lottery.lan", "::1"])
async def test_what_means_many_devices_or_none_gets_no_configuration(link: Link, host: str):
    config = {host: Datagram(json.dumps(NM_CONFIG).encode(), 1)}
    target = Target(kind="nmminer", host=host, port=12_345)
    with pytest.raises(Refused, match="A configuration is sent to"):
        await NMMiner(target, replace(link, configs=config)).set_pool(POOL)


async def test_a_lost_datagram_is_made_up_for_by_the_next(link: Link):
    async with udp_device(link, NM_CONFIG) as (miner, inbox):
        await miner.set_pool(POOL)
        async with asyncio.timeout(5):
            sent = [await inbox.got.get() for _ in range(3)]
        assert len(set(sent)) == 1
        assert inbox.got.empty()


@pytest.mark.parametrize("garbage", [b"\xff\x00", b"{", b"[]"])
async def test_a_configuration_that_is_garbage_costs_only_the_name_of_the_worker(link: Link, garbage: bytes):
    reading = await NMMiner(UDP, replace(link, broadcasts=heard(NM_1_8), configs=heard(garbage))).read()
    assert (reading.accepted, reading.pool_user) == (41, None)


async def test_firmware_1_knows_no_restart(link: Link):
    with pytest.raises(Refused, match="Firmware 1"):
        await NMMiner(UDP, link).restart()


async def test_firmware_2_is_polled_with_one_request(link: Link):
    async with listening(serving({INFO: NM_2_0})) as device:
        reading = await http_device(device, link).read()
        assert reading.firmware == "v2.0.04"
        assert device.lines == [INFO]


async def test_a_fresh_broadcast_wins_over_the_port(link: Link):
    async with listening(serving({INFO: NM_2_0})) as device:
        reading = await http_device(device, replace(link, broadcasts=heard(NM_1_8))).read()
        assert reading.firmware == "v1.8.10"
        assert device.lines == []


async def test_a_device_that_broadcast_before_its_update_is_asked_by_http(link: Link):
    async with listening(serving({INFO: NM_2_0})) as device:
        reading = await http_device(device, replace(link, broadcasts=heard(NM_1_8, 90))).read()
        assert reading.firmware == "v2.0.04"


async def test_firmware_1_7_is_asked_for_its_list_and_once_known_with_one_request(link: Link):
    async with listening(serving({LIST: NM_1_7_SWARM})) as device:
        first = await http_device(device, link).read()
        assert (first.firmware, device.lines) == ("v1.7.06", [INFO, LIST])
        known = NMMiner(Target(kind="nmminer", host=HOST, port=device.port, options=first.options), link)
        assert await known.read() == first
        assert device.lines[2:] == [LIST]
        with pytest.raises(Refused, match=r"1\.x takes no commands by HTTP"):
            await known.set_pool(POOL)
        assert device.lines[3:] == [LIST]


async def test_after_its_update_to_firmware_2_it_is_asked_the_new_way(link: Link):
    early = Options(firmware="v1.8.10")
    async with listening(serving({INFO: NM_2_0})) as device:
        target = Target(kind="nmminer", host=HOST, port=device.port, options=early)
        reading = await NMMiner(target, link).read()
        assert device.lines == [LIST, INFO]
        await NMMiner(replace(target, options=reading.options), link).read()
        assert device.lines[2:] == [INFO]


async def test_a_new_pool_of_firmware_2_needs_a_restart(link: Link):
    pages = {INFO: NM_2_0, MINING: response(b"OK"), RESTART: {"status": "ok"}, FIND: {"status": "ok"}}
    async with listening(serving(pages)) as device:
        await http_device(device, link).set_pool(POOL)
        assert device.lines == [INFO, MINING, RESTART]
        assert device.requests[1][1] == {
            "PrimaryPool": "stratum+tcp://new.example:3335",
            "PrimaryAddress": "me.rig",
            "PrimaryPassword": "d=1",
        }
        await http_device(device, link).identify()
        assert device.lines[3:] == [INFO, FIND]


@pytest.mark.parametrize("page", [NMAXE_3, None])
async def test_another_device_is_neither_read_nor_written_to(link: Link, page: object):
    async with listening(serving({INFO: page})) as device:
        with pytest.raises(Garbled):
            await http_device(device, link).read()
        with pytest.raises(Garbled):
            await http_device(device, link).restart()
        assert set(device.lines) <= {INFO, LIST}
