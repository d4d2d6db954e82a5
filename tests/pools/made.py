"""Pools to test with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pools.models import Pool
from pools.services import create_pool

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIELDS: dict[str, Any] = {"name": "Solo", "host": "pool.example", "port": 3333, "user": "bc1qexample.{miner}"}


def make_pool(**other: Any) -> Pool:
    """A pool as a person adds it."""
    return create_pool(**(FIELDS | other), actor="ada", now=NOW)
