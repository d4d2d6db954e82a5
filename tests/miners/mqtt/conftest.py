"""A simulated broker, a worker that publishes to it, and a Home Assistant's ear at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from hmm_project.runtime.waiting import until
from miners.models import MinerStatus, MqttBroker
from miners.mqtt import client, session, worker
from miners.mqtt.worker import Worker
from miners.services import create_miner
from miners.simulators import mqtt
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running

PASSWORD = "simulated-token"
SOON_S = 20.0


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    with running(parse({"services": {"mqtt": {"port": 0}}})) as simulation:
        yield simulation


class Ear:
    """What the broker was told, decoded."""

    def __init__(self, simulation: Simulation) -> None:
        found = simulation.service("mqtt")
        assert isinstance(found, mqtt.Broker)
        self.broker = found
        self._simulation = simulation

    def retained(self, topic: str) -> Any:
        message = self.broker.retained.get(topic)
        if message is None:
            return None
        text = message.payload.decode()
        return json.loads(text) if text.startswith("{") else text

    def states(self, miner_id: int) -> list[dict[str, Any]]:
        return [json.loads(payload) for payload in self.payloads(f"hmm/miner/{miner_id}/state")]

    def payloads(self, topic: str) -> list[bytes]:
        return [message.payload for message in list(self.broker.messages) if message.topic == topic]

    def say(self, topic: str, payload: str, *, retain: bool = False) -> None:
        self.do("publish", topic=topic, payload=payload, retain=retain)

    def do(self, action: str, **arguments: Any) -> None:
        self._simulation.do(self.broker.actions()[action], arguments)


@pytest.fixture
def ear(simulation: Simulation) -> Ear:
    return Ear(simulation)


@pytest.fixture
def row(ear: Ear, transactional_db: None) -> MqttBroker:
    """The connection as a person saved it."""
    broker = ear.broker
    return MqttBroker.objects.create(
        pk=1, host=broker.host, port=broker.port, user=mqtt.USER, password=PASSWORD, takes_orders=True
    )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorter waits of the same kind."""
    monkeypatch.setattr(session, "GATHER_S", 0.05)
    monkeypatch.setattr(session, "BIRTH_DELAY_S", 0.1)
    monkeypatch.setattr(session, "ORDERS_EVERY_S", 0.1)
    monkeypatch.setattr(session, "LOOK_S", 0.05)
    monkeypatch.setattr(worker, "SHORTEST_PAUSE_S", 0.1)
    monkeypatch.setattr(client, "TIMEOUT_S", 2)


@pytest.fixture
def start(quick: None) -> Iterator[Callable[[], Worker]]:
    """`start()` runs another worker's thread until the test ends."""
    workers: list[Worker] = []

    def begin() -> Worker:
        fresh = Worker(idle_s=0.1)
        fresh.start()
        workers.append(fresh)
        return fresh

    yield begin
    for each in workers:
        each.end()
    for each in workers:
        each.join()


def soon(condition: Callable[[], object]) -> None:
    assert until(lambda: bool(condition()), seconds=SOON_S)


def seen_miner(name: str, *, at: datetime | None = None, **seen: Any) -> int:
    """A miner as the poller saw it just now."""
    now = timezone.now()
    number = MinerStatus.objects.count() + 1
    miner = create_miner(actor="ada", now=now, name=name, kind="bitaxe", host=f"10.0.0.{number}")
    MinerStatus.objects.filter(miner=miner).update(**{
        "state": "mining", "polled_at": at or now, "seen_at": at or now, "hashrate_ghs": 1210.0, "power_w": 17.9,
        "temperature_c": 58.25, "mode": "eco", "capabilities": ["mode", "pause"], "firmware": "v2.12.2",
        "model": "Gamma 601", "pool_url": "pool.example:3333", "pool_user": "bc1qsecretwallet.blue",
        "options": {"modes": [{"name": "eco"}, {"name": "oc"}]}, **seen,
    })  # fmt: skip
    return miner.pk
