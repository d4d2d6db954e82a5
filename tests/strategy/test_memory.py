"""The engine's memory survives being written down."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from strategy.contract import Memory
from strategy.memory import from_json, to_json
from tests.strategy.decide.test_properties import MEMORIES


@given(MEMORIES)
def test_it_comes_back_as_it_was(memory: Memory) -> None:
    assert from_json(json.loads(json.dumps(to_json(memory)))) == memory


@pytest.mark.parametrize("data", [{}, {"band": "5"}, to_json(Memory()) | {"since": "yesterday"}, {"champion": 7}])
def test_what_cannot_be_read_back_is_forgotten(data: dict[str, Any]) -> None:
    assert from_json(data) == Memory()
