from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import redis

from hmm_project import locks
from miners.commands import Order, execute, locking
from miners.commands.locking import held
from miners.models import Action, Command, Miner, Outcome
from tests.miners.commands.conftest import NOW
from tests.miners.conftest import House


async def test_a_lock_is_kept_as_long_as_its_block_runs_and_no_longer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(locking, "TTL_S", 0.3)
    monkeypatch.setattr(locking, "RENEW_EVERY_S", 0.1)

    async with held("miner:4711", wait_s=0):
        await asyncio.sleep(0.7)
        assert not locks.take_many(["miner:4711"], ttl_s=1)
    tokens = locks.take_many(["miner:4711"], ttl_s=1)
    assert tokens
    locks.release_many(tokens)


async def test_a_lock_is_waited_for_and_then_given_up():
    tokens = locks.take_many(["miner:4712"], ttl_s=5)
    with pytest.raises(locks.Busy):
        async with held("miner:4712", wait_s=0.2):
            pytest.fail("it was held by somebody else")

    asyncio.get_running_loop().call_later(0.2, locks.release_many, tokens)
    async with held("miner:4712", wait_s=2):
        pass


@pytest.mark.django_db
@pytest.mark.usefixtures("live")
def test_without_redis_nothing_is_sent(house: House, owned: Callable[..., Miner], monkeypatch: pytest.MonkeyPatch):
    simulation = house({"kind": "bitaxe", "name": "gamma"})
    miner = owned(simulation, "gamma")

    def away(*_: object, **__: object) -> None:
        raise redis.exceptions.ConnectionError("gone")

    monkeypatch.setattr(locks, "take_many", away)
    [command] = execute([Order(Action.MODE, "ada", "", miner.pk, mode="eco")], now=NOW)

    assert (command.outcome, command.detail) == (Outcome.REFUSED, "Redis does not answer, so nothing was sent.")
    assert simulation.device("gamma").counters.connections == 0
    assert Command.objects.count() == 1
