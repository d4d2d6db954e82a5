"""Home Assistant's answers are bounded and never trusted."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.contract import DeviceError, Garbled, Refused, Unreachable
from miners.power import client
from miners.power.client import Connection, Entity, TokenRejected, open_client, parse_entity
from miners.simulators import home_assistant
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation
from tests.miners.power.conftest import TOKEN

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=20), inner), max_leaves=8
)
states = st.fixed_dictionaries(
    {},
    optional={
        "entity_id": values,
        "state": values,
        "attributes": values | st.fixed_dictionaries({"unit_of_measurement": values}),
    },
)


@given(values | states)
def test_any_json_is_an_entity_or_nothing(item: Any):
    entity = parse_entity(item)

    assert entity is None or isinstance(entity.entity_id, str)
    assert entity is None or entity.power_w is None or abs(entity.power_w) < float("inf")


async def ask(plugs: home_assistant.HomeAssistant, token: str = TOKEN) -> dict[str, Entity]:
    async with open_client(Connection(f"http://{plugs.host}:{plugs.port}", token)) as asked:
        return await asked.states()


async def test_states_are_kept_by_their_id(plugs: home_assistant.HomeAssistant):
    found = await ask(plugs)

    blue = found["switch.blue"]
    assert (blue.entity_id, blue.state, blue.name, blue.unit) == ("switch.blue", "on", "Blue", "")
    assert found["sensor.blue_power"].power_w is not None


async def test_an_entity_nobody_knows_is_none(plugs: home_assistant.HomeAssistant):
    async with open_client(Connection(f"http://{plugs.host}:{plugs.port}/", TOKEN)) as asked:
        assert await asked.state("switch.gone") is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind=FaultKind.TIMEOUT), Unreachable),
        (Fault(kind=FaultKind.DRIP), Unreachable),
        (Fault(kind=FaultKind.RESET), Unreachable),
        (Fault(kind=FaultKind.TRUNCATED), Unreachable),
        (Fault(kind=FaultKind.ENDLESS), Garbled),
        (Fault(kind=FaultKind.GARBAGE), Garbled),
        (Fault(kind=FaultKind.HTML), Garbled),
        (Fault(kind=FaultKind.EMPTY), Garbled),
        (Fault(kind=FaultKind.REDIRECT), Refused),
        (Fault(kind=FaultKind.HTTP, status=400), Refused),
        (Fault(kind=FaultKind.HTTP, status=500), Refused),
        (Fault(kind=FaultKind.HTTP, status=503), Unreachable),
        (Fault(kind=FaultKind.HTTP, status=403), TokenRejected),
    ],
    ids=lambda value: f"{value.kind}-{value.status}" if isinstance(value, Fault) else value.__name__,
)
async def test_every_bad_answer_is_one_of_our_errors_in_bounded_time(
    fault: Fault,
    error: type[DeviceError],
    plugs: home_assistant.HomeAssistant,
    simulation: Simulation,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(client, "TIMEOUT_S", 1)
    monkeypatch.setattr(client, "LARGEST_ANSWER", 100_000)
    simulation.do(plugs.break_with, fault)

    began = monotonic()
    with pytest.raises(error):
        await ask(plugs)
    assert monotonic() - began < 3
