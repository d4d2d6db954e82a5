"""Miners that stand for simulated devices."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from hmm_project import redis_server
from miners.models import Miner, MinerStatus
from miners.services import create_miner
from miners.simulators.simulation import Simulation

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _silence() -> None:
    """Nobody's broadcasts of an earlier test: many devices share one loopback address."""
    redis_server.connection().flushdb()


@pytest.fixture
def owned(db: None) -> Callable[..., Miner]:
    """The miner that stands for a simulated device."""

    def own(simulation: Simulation, name: str, **fields: Any) -> Miner:
        device = simulation.device(name)
        return create_miner(
            actor="test",
            now=NOW,
            name=name,
            kind=device.spec.kind,
            host=device.host,
            port=device.port,
            **{"web_user": device.spec.web_user, "web_password": device.spec.web_password, **fields},
        )

    return own


def status_of(miner: Miner) -> MinerStatus:
    return MinerStatus.objects.get(miner=miner)


def wait_until(condition: Callable[[], bool], within_s: float = 10) -> None:
    """Fail unless `condition` comes true."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)  # noqa: TID251  polling a condition that has no event
