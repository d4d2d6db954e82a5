"""Rows become facts, in a fixed number of queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache

from energy.models import PriceSlot, Tariff
from miners.adapters.options import to_json
from miners.contract import Capability, Options, Preset, State
from miners.models import Miner, MinerStatus, Switch
from miners.services import create_miner
from pools.models import Pool
from strategy.contract import EngineState, Memory
from strategy.gather import gather
from strategy.models import Band, Strategy

NOW = datetime(2026, 1, 14, 12, 10, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_it_starts() -> None:
    assert gather(NOW).bands
