"""The bulk action "pool", which the pools add to the miners' own."""

from __future__ import annotations

import pytest

from miners.api import router
from miners.commands import gate
from miners.models import Command
from miners.services import create_miner
from pools.models import Pool
from tests.pools.made import NOW, make_pool
from tests.routers import client

pytestmark = pytest.mark.django_db


def test_many_miners_are_pointed_at_a_pool(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gate._Registered, "gate", staticmethod(lambda: "SHADOW"))
    pool = make_pool(user="bc1qexample.{miner}")
    ids = [create_miner(actor="ada", now=NOW, name=f"m{n}", kind="bitaxe", host=f"10.0.0.{n}").pk for n in range(1, 4)]

    answer = client(miners=router).post("/miners/bulk", json={"ids": ids, "action": "pool", "pool_id": pool.pk})

    assert [(item["id"], item["outcome"]) for item in answer.json()["items"]] == [(each, "shadowed") for each in ids]
    assert {command.argument["user"] for command in Command.objects.all()} == {f"bc1qexample.m{n}" for n in range(1, 4)}


@pytest.mark.parametrize("pool_id", [None, 4711, "off"])
def test_a_pool_that_cannot_be_used_is_a_422(pool_id: int | str | None):
    miner = create_miner(actor="ada", now=NOW, name="m", kind="bitaxe", host="10.0.0.1")
    if pool_id == "off":
        pool_id = make_pool().pk
        Pool.objects.update(enabled=False)

    answer = client(miners=router).post("/miners/bulk", json={"ids": [miner.pk], "action": "pool", "pool_id": pool_id})

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "pool_id"])
    assert not Command.objects.exists()
