"""One configuration for every NMMiner 1.x: only after a second thought, and proved by what each of them says next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from hmm_project import locks
from hmm_project.redis_server import connection
from miners import bulk
from miners.broadcast_api import router
from miners.commands import Order
from miners.contract import PoolEndpoint
from miners.models import Action, Command, Miner
from miners.polling import broadcasts
from miners.services import create_miner
from miners.simulators.simulation import Simulation
from tests.miners.commands.conftest import wait_until
from tests.miners.commands.test_other_families import free_port
from tests.miners.conftest import House
from tests.miners.test_listener import Listening
from tests.routers import Client, client

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db
POOL = PoolEndpoint(host="other.pool", port=3334, user="bc1qother.all")
NAMES = ("attic", "barn", "unknown")
PHRASE = "point every NMMiner at other.pool:3334 as bc1qother.all"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Client:
    """With one pool, number 1, as pools would offer it."""
    monkeypatch.setattr(bulk, "_actions", dict(bulk._actions))
    bulk.register("pool", lambda values, actor: lambda miner: Order(Action.POOL, actor, "", miner.pk, pool=POOL))
    return client(miners=router)


@pytest.fixture
def cellar(house: House, settings: LazySettings) -> Iterator[Simulation]:
    """Three NMMiners on 127.x that broadcast; what they say is heard and kept in Redis."""
    connection().flushdb()
    listening, port = Listening(settings.REDIS_URL), free_port()
    ports = {"status_port": listening.port, "config_broadcast_port": listening.config_port}
    entries = [{"kind": "nmminer", "name": name, "firmware": "v1.8.10", "port": port} for name in NAMES]
    try:
        simulation = house(
            *({**entry, "host": f"127.0.7.{number}"} for number, entry in enumerate(entries, 1)),
            nmminer={**ports, "broadcast_address": "127.0.0.1"},
        )
        devices = replace(settings.CONFIG.devices, nmminer_config_port=port)
        settings.CONFIG = replace(settings.CONFIG, devices=devices)
        hosts = [device.host for device in simulation.devices]
        wait_until(lambda: len(broadcasts.latest(hosts, now=timezone.now()).configs) == len(NAMES))
        yield simulation
    finally:
        listening.stop()


@pytest.fixture
def known(cellar: Simulation) -> dict[str, Miner]:
    """Two of them are in the list, and a 2.x that hears no broadcast."""
    listed = {
        name: create_miner(actor="ada", now=NOW, name=name, kind="nmminer", host=cellar.device(name).host, port=12_345)
        for name in NAMES[:2]
    }
    create_miner(actor="ada", now=NOW, name="newer", kind="nmminer", host="127.0.7.9", port=80)
    return listed


def ask(api: Client, miner: Miner, **body: Any) -> Any:
    return api.post("/miners/broadcast-pool", json={"from_miner_id": miner.pk, "pool_id": 1, **body})


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("confirm", ["", "yes", PHRASE.upper(), PHRASE.replace("all", "other")])
def test_without_the_exact_phrase_it_tells_what_would_happen_to_whom(
    confirm: str, api: Client, cellar: Simulation, known: dict[str, Miner]
):
    answer = ask(api, known["attic"], confirm=confirm)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "confirm"])
    told = answer.json()["detail"][0]["msg"]
    for word in ("attic, barn, and those that are not in the list", "one worker bc1qother.all", "Wi-Fi", PHRASE):
        assert word in told
    assert not Command.objects.exists()
    assert sum(device.counters.writes for device in cellar.devices) == 0


@pytest.mark.usefixtures("live")
def test_with_it_all_of_them_move_and_each_known_one_proves_it(
    api: Client, cellar: Simulation, known: dict[str, Miner]
):
    answer = ask(api, known["attic"], confirm=PHRASE).json()

    assert [(item["name"], item["outcome"]) for item in answer["items"]] == [
        ("attic", "verified"),
        ("barn", "verified"),
    ]
    assert {device.describe()["pool"] for device in cellar.devices} == {"other.pool:3334"}
    assert {device.describe()["wifi_ssid"] for device in cellar.devices} == {"simulated"}
    rows = Command.objects.order_by("name")
    assert [(row.name, row.action, row.actor, row.sent, row.restarts) for row in rows] == [
        ("attic", "pool", "ada", True, True),
        ("barn", "pool", "ada", True, True),
    ]
    assert rows[0].because == "ada gave every NMMiner 1.x the settings of attic."


@pytest.mark.usefixtures("live")
def test_without_a_pool_all_get_the_one_that_the_miner_has(api: Client, cellar: Simulation, known: dict[str, Miner]):
    answer = api.post("/miners/broadcast-pool", json={"from_miner_id": known["barn"].pk})

    assert answer.status_code == 422
    mine = cellar.device("barn").describe()
    assert f"point every NMMiner at {mine['pool']} as {mine['pool_user']}" in answer.json()["detail"][0]["msg"]


def test_shadow_sends_nothing(api: Client, cellar: Simulation, known: dict[str, Miner], gated: Callable[[str], None]):
    gated("SHADOW")
    answer = ask(api, known["attic"], confirm=PHRASE).json()

    assert {item["outcome"] for item in answer["items"]} == {"shadowed"}
    assert sum(device.counters.writes for device in cellar.devices) == 0


@pytest.mark.usefixtures("live")
def test_one_that_must_be_left_alone_stops_it_for_all(
    api: Client, cellar: Simulation, known: dict[str, Miner], monkeypatch: pytest.MonkeyPatch
):
    """It would hear it too."""
    Command.objects.create(
        time=timezone.now() - timedelta(seconds=5),
        miner=known["barn"],
        name="barn",
        action="restart",
        outcome="verified",
        sent=True,
        restarts=True,
    )
    resting = ask(api, known["attic"], confirm=PHRASE).json()
    Command.objects.all().delete()
    monkeypatch.setattr("miners.commands.everybody.WAIT_FOR_LOCK_S", 0.2)
    with locks.hold(known["barn"].subject, ttl_s=10):
        busy = ask(api, known["attic"], confirm=PHRASE).json()

    assert {item["outcome"] for item in (*resting["items"], *busy["items"])} == {"refused"}
    assert "barn would hear it too: It is restarting" in resting["items"][0]["detail"]
    assert "Something else is being done to barn" in busy["items"][0]["detail"]
    assert sum(device.counters.writes for device in cellar.devices) == 0


@pytest.mark.usefixtures("live")
def test_one_whose_configuration_was_never_heard_is_no_source(api: Client, cellar: Simulation, known: dict[str, Miner]):
    stranger = create_miner(actor="ada", now=NOW, name="mute", kind="nmminer", host="127.0.7.77", port=12_345)

    answer = api.post("/miners/broadcast-pool", json={"from_miner_id": stranger.pk})
    chosen = ask(api, stranger, confirm=PHRASE).json()

    assert (answer.status_code, "has not broadcast its configuration" in answer.json()["detail"]) == (409, True)
    assert {item["outcome"] for item in chosen["items"]} == {"refused"}
    assert sum(device.counters.writes for device in cellar.devices) == 0


@pytest.mark.parametrize("miner_id", [4711, -1])
def test_a_miner_that_is_none_is_named(miner_id: int, api: Client):
    answer = api.post("/miners/broadcast-pool", json={"from_miner_id": miner_id})

    assert (answer.status_code, answer.json()["detail"][0]["loc"][-1]) == (422, "from_miner_id")
