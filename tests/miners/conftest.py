"""What tests of several rooms of the miners share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from miners.commands import gate
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running

SPEED = 20

House = Callable[..., Simulation]


@pytest.fixture
def house() -> Iterator[House]:
    """`house(entry, …, services={…})` runs these devices on free ports until the test ends."""
    with ExitStack() as stack:

        def start(*entries: dict[str, Any], **fleet: Any) -> Simulation:
            miners = [{"host": "127.0.0.1", "port": 0, **entry} for entry in entries]
            fleet = parse({"speed": SPEED, "seed": 7, "miners": miners, **fleet})
            return stack.enter_context(running(fleet))

        yield start


@pytest.fixture
def gated(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the strategy's state: LIVE, SHADOW, PAUSED."""

    def be(state: str) -> None:
        monkeypatch.setattr(gate._Registered, "gate", staticmethod(lambda: state))

    return be


@pytest.fixture
def live(gated: Callable[[str], None]) -> None:
    gated("LIVE")
