"""/api/pools, and the pool of a miner under /api/miners, with a simulated device."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hmm_project.journal.models import Event
from miners.commands import gate
from miners.models import Command, Miner
from miners.services import create_miner
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running
from pools.api import miners_router, router
from pools.contract import ProbeFailed
from pools.health import keep
from pools.models import Pool, PoolCheck
from tests.pools.listening import free_port, pool
from tests.pools.made import NOW, make_pool
from tests.routers import client

pytestmark = pytest.mark.django_db

api = client(pools=router, miners=miners_router)
BODY: dict[str, Any] = {"name": "Solo", "host": "pool.example", "port": 3333, "user": "bc1qexample.{miner}"}


def test_a_pool_is_added_read_changed_and_removed() -> None:
    made = api.post("/pools", json=BODY | {"password": "hunter2"})
    assert made.status_code == 201
    pool_id = made.json()["id"]
    assert made.json() == {
        "id": pool_id,
        "name": "Solo",
        "coin": "BTC",
        "host": "pool.example",
        "port": 3333,
        "tls": False,
        "user": "bc1qexample.{miner}",
        "enabled": True,
        "state": "unknown",
        "checked_at": None,
        "subscribe_ms": None,
        "failure": "",
    }
    assert api.get(f"/pools/{pool_id}").json() == made.json()
    changed = api.patch(f"/pools/{pool_id}", json={"host": "stratum+ssl://other.example:443", "name": None})
    assert (changed.json()["host"], changed.json()["port"], changed.json()["tls"]) == ("other.example", 443, True)
    assert changed.json()["name"] == "Solo"
    assert Pool.objects.get().password == "hunter2"
    assert api.get("/pools?limit=5").json() == {"items": [changed.json()], "count": 1}
    assert api.delete(f"/pools/{pool_id}").status_code == 204
    assert api.get(f"/pools/{pool_id}").status_code == 404


def test_a_password_is_never_given_back() -> None:
    made = api.post("/pools", json=BODY | {"password": "hunter2"})
    pool_id = made.json()["id"]
    answers = [made, api.get("/pools"), api.get(f"/pools/{pool_id}"), api.patch(f"/pools/{pool_id}", json={})]
    assert not any(b"hunter2" in answer.content for answer in answers)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"name": None}, "name"),
        ({"host": "pool example"}, "host"),
        ({"host": "stratum+tcp://pool.example:4444"}, "port"),
        ({"port": "many"}, "port"),
        ({"port": None}, "port"),
        ({"user": "a,b"}, "user"),
        ({"coin": "DOGE"}, "coin"),
    ],
)
def test_a_wrong_pool_is_422_with_its_field(other: dict[str, Any], field: str) -> None:
    answer = api.post("/pools", json=BODY | other)
    assert answer.status_code == 422
    assert [item["loc"][-1] for item in answer.json()["detail"]] == [field]
    assert not Pool.objects.exists()


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_an_unknown_pool_is_404(method: str) -> None:
    assert api.request(method.upper(), "/pools/7", json={}).status_code == 404
    assert api.post("/pools/7/test").status_code == 404
    assert api.get("/pools/7/health").status_code == 404


def test_a_test_says_how_long_each_step_took_or_what_went_wrong() -> None:
    with pool() as listening:
        here = make_pool(host="127.0.0.1", port=listening.port)
        found = api.post(f"/pools/{here.pk}/test").json()
        assert listening.asked == ["mining.subscribe"]
    assert (found["reachable"], found["failure"], found["tls_ms"]) == (True, "", None)
    assert found["subscribe_ms"] > 0
    away = make_pool(name="Away", host="127.0.0.1", port=free_port())
    answer = api.post(f"/pools/{away.pk}/test")
    assert answer.status_code == 200
    assert (answer.json()["reachable"], answer.json()["subscribe_ms"]) == (False, None)
    assert "cannot be reached" in answer.json()["failure"]


def test_health_is_the_checks_of_a_day() -> None:
    watched = make_pool()
    now = timezone.now()
    for hours in (30, 2, 1):
        keep({watched.listens_at: ProbeFailed("away.")}, now - timedelta(hours=hours))
    answer = api.get(f"/pools/{watched.pk}/health").json()
    assert (answer["state"], answer["misses"], answer["failure"]) == ("down", 3, "away.")
    assert [check["reachable"] for check in answer["checks"]] == [False, False]
    assert PoolCheck.objects.count() == 3


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    devices = [
        {"name": name, "kind": "bitaxe", "firmware": "2.12.0", "host": "127.0.0.1", "port": 0}
        for name in ("red", "blue")
    ]
    with running(parse({"speed": 20, "seed": 7, "miners": devices})) as house:
        yield house


def own(simulation: Simulation, name: str) -> Miner:
    device = simulation.device(name)
    return create_miner(actor="ada", now=NOW, name=name, kind="bitaxe", host=device.host, port=device.port)


def be(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate._Registered, "gate", staticmethod(lambda: state))


@pytest.mark.django_db(transaction=True)
def test_a_miner_is_pointed_at_a_pool_and_the_ledger_tells_it(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    be("LIVE", monkeypatch)
    red, chosen = own(simulation, "red"), make_pool()
    answer = api.post(f"/miners/{red.pk}/pool", json={"pool_id": chosen.pk})
    assert answer.status_code == 200, answer.content
    assert answer.json()["outcome"] == "verified"
    command = Command.objects.get()
    assert (command.actor, command.because) == ("ada", "ada chose the pool Solo.")
    assert command.argument == {"pool": "pool.example:3333", "user": "bc1qexample.red"}


@pytest.mark.django_db(transaction=True)
def test_in_shadow_nothing_is_written_and_that_is_409(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    be("SHADOW", monkeypatch)
    red, chosen = own(simulation, "red"), make_pool()
    answer = api.post(f"/miners/{red.pk}/pool", json={"pool_id": chosen.pk})
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("SHADOW: nothing was sent")
    assert simulation.device("red").counters.writes == 0


@pytest.mark.django_db(transaction=True)
def test_a_miner_that_is_away_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    be("LIVE", monkeypatch)
    away = create_miner(actor="ada", now=NOW, name="away", kind="bitaxe", host="127.0.0.1", port=free_port())
    assert api.post(f"/miners/{away.pk}/pool", json={"pool_id": make_pool().pk}).status_code == 503


@pytest.mark.django_db(transaction=True)
def test_many_miners_are_pointed_at_once_with_an_outcome_each(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    be("LIVE", monkeypatch)
    red, blue, chosen = own(simulation, "red"), own(simulation, "blue"), make_pool()
    away = create_miner(actor="ada", now=NOW, name="away", kind="bitaxe", host="127.0.0.1", port=free_port())
    ids = [blue.pk, red.pk, 4711, away.pk, red.pk]
    answer = api.post("/miners/bulk/pool", json={"ids": ids, "pool_id": chosen.pk})
    assert answer.status_code == 200, answer.content
    outcomes = [(item["id"], item["outcome"]) for item in answer.json()["items"]]
    assert outcomes == [(blue.pk, "verified"), (red.pk, "verified"), (4711, "refused"), (away.pk, "unreachable")]
    assert answer.json()["count"] == 4


def test_an_unknown_or_disabled_pool_is_422_and_an_unknown_miner_404() -> None:
    miner = create_miner(actor="ada", now=NOW, name="red", kind="bitaxe", host="127.0.0.1", port=free_port())
    off = make_pool(enabled=False)
    for pool_id, sentence in ((off.pk, "The pool Solo is not enabled."), (4711, "There is no pool 4711.")):
        for path, body in ((f"/miners/{miner.pk}/pool", {}), ("/miners/bulk/pool", {"ids": [miner.pk]})):
            answer = api.post(path, json=body | {"pool_id": pool_id})
            assert answer.status_code == 422
            assert (answer.json()["detail"][0]["loc"][-1], answer.json()["detail"][0]["msg"]) == ("pool_id", sentence)
    assert api.post("/miners/4711/pool", json={"pool_id": off.pk}).status_code == 404
    assert api.post("/miners/bulk/pool", json={"ids": [], "pool_id": off.pk}).status_code == 422
    assert not Event.objects.filter(kind__startswith="command").exists()
