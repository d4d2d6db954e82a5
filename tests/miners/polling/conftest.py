"""Simulated devices in a thread, and the miners that stand for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from miners.models import DesiredState, Miner, MinerStatus
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
POLL = timedelta(seconds=30)


@pytest.fixture(scope="module")
def simulation() -> Iterator[Simulation]:
    """Three Bitaxes and two Avalons on ports of their own choice."""
    here = {"host": "127.0.0.1", "port": 0}
    bitaxes = [{"kind": "bitaxe", "name": f"gamma-{number}", **here} for number in (1, 2, 3)]
    nanos = [{"kind": "avalon_nano", "model": "nano3s", "name": f"nano-{number}", **here} for number in (1, 2)]
    fleet = parse({"seed": 7, "miners": [*bitaxes, *nanos]})
    with running(fleet) as simulation:
        yield simulation


@pytest.fixture
def healthy(simulation: Simulation) -> Iterator[Simulation]:
    """Every device awake and well, before and after."""
    yield simulation
    for device in simulation.devices:
        simulation.do(device.break_with, None)
        simulation.do(device.power, on=True)


@pytest.fixture
def make_miner(db: None) -> Callable[..., Miner]:
    """A miner with its status and desired state, as miners.services makes it."""

    def make(name: str, *, kind: str = "bitaxe", host: str = "127.0.0.1", port: int = 9, **fields: object) -> Miner:
        status = {key.removeprefix("status_"): fields.pop(key) for key in list(fields) if key.startswith("status_")}
        miner = Miner.objects.create(name=name, kind=kind, host=host, port=port, **fields)
        MinerStatus.objects.create(miner=miner, **status)
        DesiredState.objects.create(miner=miner)
        return miner

    return make


@pytest.fixture
def fleet(healthy: Simulation, make_miner: Callable[..., Miner]) -> dict[str, Miner]:
    """A miner for every simulated device, by name."""
    return {
        device.name: make_miner(device.name, kind=device.spec.kind, host=device.host, port=device.port)
        for device in healthy.devices
    }
