"""Measured J/TH by miner and mode, for choosing a champion."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache

from miners.telemetry import efficiency

RECENT_HOURS = 6
OLDER_HOURS = 7 * 24
KEPT_S = 600  # a week of samples is not read every minute; a champion stays anyway

ByMode = dict[str, float]


def efficiencies(now: datetime) -> dict[int, ByMode]:
    """J/TH per miner and mode, the last hours before older samples. A miner without modes has the mode ""."""
    kept: dict[int, ByMode] | None = cache.get("strategy:efficiencies")
    if kept is None:
        kept = measure(now)
        cache.set("strategy:efficiencies", kept, KEPT_S)
    return kept


def measure(now: datetime) -> dict[int, ByMode]:
    samples = efficiency(now=now, hours=OLDER_HOURS) | efficiency(now=now, hours=RECENT_HOURS)
    found: dict[int, ByMode] = {}
    for (miner_id, mode), j_per_th in samples.items():
        found.setdefault(miner_id, {})[mode or ""] = j_per_th
    return found
