"""What runs again and again: the rows that beat keeps in the database, where the admin shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hmm_project.config import Config

MINUTE_S = 60
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Job:
    """A task by its dotted name, started every `interval_s` seconds."""

    name: str
    task: str
    interval_s: int

    @property
    def expires_s(self) -> int:
        """A start that waited this long for a worker is dropped: the next one is about to come."""
        return max(1, self.interval_s * 9 // 10)


def jobs(config: Config) -> tuple[Job, ...]:
    every = config.intervals
    return (
        Job("poll miners", "miners.tasks.poll_fleet", every.poll),
        Job("seek lost miners", "miners.tasks.seek_lost", MINUTE_S),
        Job("read plugs", "miners.tasks.read_switches", min(every.poll, every.keepalive)),
        Job("look after telemetry", "miners.tasks.maintain_telemetry", HOUR_S),
        Job("roll up telemetry", "miners.tasks.roll_up_telemetry", MINUTE_S),
        Job("watch health", "miners.tasks.watch_health", HOUR_S),
        Job("keep prices", "energy.tasks.keep_prices", MINUTE_S),
        Job("keep the cost ledger", "energy.tasks.keep_ledger", MINUTE_S),
        Job("decide", "strategy.tasks.tick", every.strategy),
        Job("reconcile", "strategy.tasks.reconcile", every.reconcile),
        Job("review orders", "miners.tasks.review_orders", MINUTE_S),
        Job("check pools", "pools.tasks.check_pools", every.pool_health),
        Job("keep coins", "pools.tasks.keep_coins", MINUTE_S),
        Job("report plug-ins", "miners.tasks.report_plugins", HOUR_S),
        Job("prune the ledger", "miners.tasks.prune_commands", HOUR_S),
        Job("prune the journal", "hmm_project.journal.tasks.prune", HOUR_S),
    )


def entries(config: Config) -> dict[str, dict[str, Any]]:
    """CELERY_BEAT_SCHEDULE."""
    return {
        job.name: {"task": job.task, "schedule": job.interval_s, "options": {"expire_seconds": job.expires_s}}
        for job in jobs(config)
    }
