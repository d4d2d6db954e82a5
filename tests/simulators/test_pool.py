"""The stratum pool, line by line."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from miners.simulators.faults import parse
from miners.simulators.simulation import Simulation
from pools.simulators.stratum import StratumPool
from tests.simulators.clients import fleet, refused


def started(**miner: Any) -> Simulation:
    miners = [{"name": "it", **miner}] if miner else []
    return Simulation(fleet(*miners, services={"pools": [{"name": "solo", "port": 0}]}), {"pool": StratumPool})


def the_pool(simulation: Simulation) -> StratumPool:
    service = simulation.service("solo")
    assert isinstance(service, StratumPool)
    return service


async def talk(pool: StratumPool, *sent: dict[str, Any] | bytes, lines: int) -> list[Any]:
    reader, writer = await asyncio.open_connection(pool.host, pool.port)
    try:
        for message in sent:
            writer.write(message if isinstance(message, bytes) else orjson.dumps(message) + b"\n")
        async with asyncio.timeout(2):
            return [orjson.loads(line) for line in [await reader.readline() for _ in range(lines)] if line]
    finally:
        writer.close()


def ask(number: int, method: str, *parameters: Any) -> dict[str, Any]:
    return {"id": number, "method": method, "params": list(parameters)}


async def test_a_miner_subscribes_authorises_and_gets_work() -> None:
    async with started() as simulation:
        pool = the_pool(simulation)
        subscribed, authorised, difficulty, work, share = await talk(
            pool,
            ask(1, "mining.subscribe", "probe/1"),
            ask(2, "mining.authorize", "bc1q.it", "x"),
            ask(3, "mining.submit", "bc1q.it", "1", "00", "00", "00"),
            lines=5,
        )
        (((notify, _session),), extranonce, size) = subscribed["result"]
        assert (subscribed["id"], subscribed["error"], notify, size) == (1, None, "mining.notify", 8)
        bytes.fromhex(extranonce)
        assert (authorised["id"], authorised["result"]) == (2, True)
        assert (difficulty["method"], difficulty["id"]) == ("mining.set_difficulty", None)
        assert (work["method"], len(work["params"])) == ("mining.notify", 9)
        assert share["result"] is True
        assert (pool.subscribed, pool.authorised, pool.shares) == (1, 1, 1)
        assert pool.counters.writes == 1  # authorising leaves a trace at a real pool, subscribing does not


async def test_a_bad_address_an_unknown_method_and_a_stranger_are_refused() -> None:
    async with started() as simulation:
        bad, unknown, stranger, empty = await talk(
            the_pool(simulation),
            ask(1, "mining.authorize", "badaddress", "x"),
            ask(2, "mining.dance"),
            ask(3, "mining.submit"),
            {"id": 4, "method": "mining.authorize"},
            lines=4,
        )
    assert [answer["error"][0] for answer in (bad, unknown, stranger, empty)] == [20, 20, 24, 20]


async def test_version_rolling_is_negotiated() -> None:
    async with started() as simulation:
        (answer,) = await talk(the_pool(simulation), ask(1, "mining.configure", ["version-rolling"], {}), lines=1)
    assert answer["result"]["version-rolling.mask"] == "1fffe000"


async def test_a_message_may_come_in_pieces_and_nonsense_ends_the_conversation() -> None:
    async with started() as simulation:
        pool = the_pool(simulation)
        whole = orjson.dumps(ask(1, "mining.subscribe")) + b"\n"
        assert len(await talk(pool, whole[:9], whole[9:], lines=1)) == 1
        assert await talk(pool, b"GET / HTTP/1.1\r\n", lines=1) == []
        assert await talk(pool, b'["list"]\n', lines=1) == []


@pytest.mark.parametrize("kind", ["html", "garbage", "truncated", "reset", "empty"])
async def test_a_broken_pool_gives_no_answer_that_parses(kind: str) -> None:
    async with started() as simulation:
        pool = the_pool(simulation)
        pool.break_with(parse({"kind": kind}))
        with pytest.raises((ValueError, ConnectionResetError, AssertionError)):
            assert await talk(pool, ask(1, "mining.subscribe"), lines=1)


async def test_a_silent_and_a_closed_pool() -> None:
    async with started() as simulation:
        pool = the_pool(simulation)
        pool.break_with(parse({"kind": "refuse"}))
        assert await refused(pool)
        pool.break_with(parse({"kind": "timeout"}))
        await pool.settled()
        reader, writer = await asyncio.open_connection(pool.host, pool.port)
        writer.write(orjson.dumps(ask(1, "mining.subscribe")) + b"\n")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await reader.read(1)
        writer.close()


async def test_miners_without_pools_of_their_own_mine_at_the_simulated_ones() -> None:
    async with started(kind="bitaxe") as simulation:
        assert simulation.device("it").describe()["pool"] == the_pool(simulation).address
