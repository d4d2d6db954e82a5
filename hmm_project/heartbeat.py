"""Signs of life that worker and beat leave in Redis, each by itself, so that health can tell them apart."""

from __future__ import annotations

import logging
from typing import Any

from celery import bootsteps
from redis.exceptions import RedisError

from hmm_project.redis_server import connection

log = logging.getLogger(__name__)

ROLES = ("worker", "beat")
EVERY_S = 5
LASTS_S = 20


def key(role: str) -> str:
    return f"hmm:alive:{role}"


def leave(role: str) -> None:
    """Say that `role` is alive for the next LASTS_S seconds."""
    try:
        connection().set(key(role), "1", ex=LASTS_S)
    except RedisError as error:
        log.warning("%s could not leave its sign of life: %s", role, error)


class WorkerHeartbeat(bootsteps.StartStopStep):
    """Beats from the worker's own loop, and only while it consumes: a worker that lost the broker falls silent."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, *_: Any, **__: Any) -> None:
        self.timer: Any = None

    def start(self, consumer: Any) -> None:
        leave("worker")
        self.timer = consumer.timer.call_repeatedly(EVERY_S, leave, ("worker",))

    def stop(self, _: Any) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
