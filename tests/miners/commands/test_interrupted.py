"""What goes wrong in the middle of an order: nothing half done stays unnoticed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User
from django.core.handlers.asgi import ASGIHandler
from django.db import OperationalError, connection, connections
from redis.exceptions import ConnectionError as RedisAway

from hmm_project import locks
from hmm_project.models import ApiToken
from miners.commands import Order, deeds, device, execute, execution, gate, ledger, locking
from miners.contract import PoolEndpoint
from miners.models import Action, Command, Miner, Outcome
from miners.simulators.http import Request, Response
from miners.simulators.simulation import Simulation
from tests.miners.commands.conftest import NOW, status_of
from tests.miners.conftest import House

Own = Callable[..., Miner]
GAMMA = {"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0"}
POOL = PoolEndpoint(host="other.pool", port=3334, user="bc1qother")


def on_write(simulation: Simulation, then: Callable[[], None]) -> None:
    """Call `then` when the device has done what it was told, before it answers."""
    gamma = simulation.device("gamma")
    real = type(gamma).handle

    def handle(request: Request) -> Response:
        answer = real(gamma, request)
        if request.method == "PATCH":
            then()
        return answer

    gamma.handle = handle  # type: ignore[method-assign]


def apart(call: Callable[[], object]) -> None:
    """Ask the database in a thread of its own: the simulation's is an event loop."""

    def ask() -> None:
        call()
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()


def set_eco(miner: Miner, actor: str = "ada") -> Command:
    return execute([Order(Action.MODE, actor, "", miner.pk, mode="eco")], now=NOW)[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live")
async def test_who_hangs_up_in_the_middle_stops_nothing(
    house: House, owned: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed browser cancels its request; the write is read back and kept all the same."""
    monkeypatch.setattr(device, "READ_AGAIN_S", 0.1)
    simulation = house(GAMMA)
    gamma = simulation.device("gamma")
    miner = await sync_to_async(owned)(simulation, "gamma")
    token = await sync_to_async(_token)()
    written = asyncio.Event()
    loop = asyncio.get_running_loop()
    on_write(simulation, lambda: loop.call_soon_threadsafe(written.set))
    real = device.Device.read_back

    async def slowly(self: device.Device, *args: Any) -> Any:
        await asyncio.sleep(0.5)  # time to hang up
        return await real(self, *args)

    monkeypatch.setattr(device.Device, "read_back", slowly)
    browser = ApplicationCommunicator(ASGIHandler(), _post(f"/api/miners/{miner.pk}/mode", token))
    await browser.send_input({"type": "http.request", "body": b'{"mode": "eco"}'})
    await asyncio.wait_for(written.wait(), 10)
    await browser.send_input({"type": "http.disconnect"})

    async with asyncio.timeout(10):
        while not await Command.objects.aexists():
            await asyncio.sleep(0.05)
    kept = await Command.objects.aget()
    assert (kept.outcome, kept.sent, gamma.counters.writes) == (Outcome.VERIFIED, True, 1)
    async with asyncio.timeout(10):
        while not (tokens := await asyncio.to_thread(locks.take_many, [miner.subject], ttl_s=1)):
            await asyncio.sleep(0.05)
    locks.release_many(tokens)
    await browser.wait(5)
    await sync_to_async(connections.close_all)()


def _token() -> str:
    return ApiToken.issue("script", User.objects.create_superuser("ada"))


def _post(path: str, token: str) -> dict[str, Any]:
    headers = [(b"authorization", f"Bearer {token}".encode()), (b"content-type", b"application/json")]
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"testserver"), *headers],
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live")
def test_a_database_that_restarts_after_the_write_gets_its_row(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")
    on_write(simulation, lambda: apart(kill_connections))

    command = set_eco(miner)

    assert (command.outcome, command.sent) == (Outcome.VERIFIED, True)
    kept = Command.objects.get()
    assert (kept.pk, kept.outcome) == (command.pk, Outcome.VERIFIED)
    assert status_of(miner).mode == "eco"


def kill_connections() -> None:
    """As a restart of PostgreSQL does: every connection but the killer's own breaks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.django_db
@pytest.mark.usefixtures("live")
def test_a_database_that_stays_away_loses_no_outcome(
    house: House, owned: Own, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def away(*_: object) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")
    monkeypatch.setattr(execution, "PATIENCE_S", (0.0, 0.0))
    monkeypatch.setattr(ledger, "keep", away)
    monkeypatch.setattr(execution, "_hang_up", lambda: None)  # it is the test's own transaction

    command = set_eco(miner)

    assert (command.outcome, command.pk) == (Outcome.VERIFIED, None)
    assert "not be written to the ledger" in command.detail
    assert "not in the ledger: mode gamma: verified {'mode': 'eco'} for ada" in caplog.text


@pytest.mark.django_db
@pytest.mark.usefixtures("live")
def test_a_database_that_is_away_before_the_write_stops_it(house: House, owned: Own, monkeypatch: pytest.MonkeyPatch):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")
    states = iter(["LIVE"])

    def state() -> str:
        try:
            return next(states)
        except StopIteration:
            raise OperationalError("gone") from None

    monkeypatch.setattr(gate._Registered, "gate", staticmethod(state))
    command = set_eco(miner)

    assert (command.outcome, command.sent) == (Outcome.REFUSED, False)
    assert command.detail == "The database does not answer, so nothing was sent."
    assert simulation.device("gamma").counters.writes == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("live")
def test_redis_that_goes_away_after_the_write_costs_neither_outcome_nor_row(
    house: House, owned: Own, monkeypatch: pytest.MonkeyPatch
):
    """The lock cannot be renewed or given back then: it ends by itself."""

    def away(*_: object, **__: object) -> None:
        raise RedisAway("gone")

    def gone() -> None:
        monkeypatch.setattr(locks, "release_many", away)
        monkeypatch.setattr(locking, "connection", away)
        monkeypatch.setattr("hmm_project.live._send", away)

    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")
    on_write(simulation, gone)

    command = set_eco(miner)

    assert (command.outcome, Command.objects.get().outcome) == (Outcome.VERIFIED, Outcome.VERIFIED)


@pytest.mark.django_db
@pytest.mark.usefixtures("live")
def test_redis_that_holds_the_broadcasts_and_is_away_is_unreachable_not_unknown(
    owned: Own, monkeypatch: pytest.MonkeyPatch
):
    def away(*_: object, **__: object) -> None:
        raise RedisAway("gone")

    from miners.services import create_miner

    miner = create_miner(actor="ada", now=NOW, name="lottery", kind="nmminer", host="127.0.0.9")
    monkeypatch.setattr("miners.polling.broadcasts.connection", away)

    [command] = execute([Order(Action.POOL, "ada", "", miner.pk, pool=POOL)], now=NOW)

    assert (command.outcome, command.sent) == (Outcome.UNREACHABLE, False)
    assert "Redis" in command.detail


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live")
def test_a_miner_that_is_removed_in_the_middle_leaves_its_name_in_the_ledger(house: House, owned: Own):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")

    on_write(simulation, lambda: apart(Miner.objects.all().delete))
    command = set_eco(miner)

    kept = Command.objects.get()
    assert (command.outcome, kept.outcome) == (Outcome.VERIFIED, Outcome.VERIFIED)
    assert (kept.miner_id, kept.name, kept.sent) == (None, "gamma", True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live")
def test_an_order_that_waited_goes_to_where_the_miner_is_now(house: House, owned: Own):
    """Between the order and its turn the miner moved, and another device has its old address."""
    simulation = house(GAMMA, {**GAMMA, "name": "stranger"})
    gamma, stranger = simulation.device("gamma"), simulation.device("stranger")
    miner = owned(simulation, "gamma")
    Miner.objects.update(host=stranger.host, port=stranger.port)
    tokens = locks.take_many([miner.subject], ttl_s=20)

    def move() -> None:
        apart(lambda: Miner.objects.update(host=gamma.host, port=gamma.port))
        locks.release_many(tokens)

    simulation.do(lambda: asyncio.get_running_loop().call_later(0.5, move))
    command = set_eco(miner)

    assert command.outcome == Outcome.VERIFIED
    assert (gamma.counters.writes, stranger.counters.connections) == (1, 0)


@pytest.mark.django_db
def test_a_gate_that_closes_between_two_writes_of_an_order_stops_the_second(
    house: House, owned: Own, gated: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
):
    """The restart behind a new pool was lost; it is not repeated into a house that was set to SHADOW meanwhile."""
    gated("LIVE")
    monkeypatch.setitem(deeds.DEEDS, Action.POOL, replace(deeds.DEEDS[Action.POOL], verify_s=0.3))
    simulation = house(GAMMA)
    gamma = simulation.device("gamma")
    miner = owned(simulation, "gamma")
    real = type(gamma).handle

    def handle(request: Request) -> Response:
        if request.path == "/api/system/restart":
            gated("SHADOW")
            return Response(b"", 503)
        return real(gamma, request)

    gamma.handle = handle  # type: ignore[method-assign]
    [command] = execute([Order(Action.POOL, "ada", "", miner.pk, pool=POOL)], now=NOW)

    assert (command.outcome, command.sent) == (Outcome.UNREACHABLE, True)
    assert sum("restart" in write for write in gamma.counters.last_writes) == 1
