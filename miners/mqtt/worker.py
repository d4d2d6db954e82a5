"""The thread inside each Celery worker that publishes to the broker: one of them at a time, by a lock in Redis.

Where no broker is configured it asks the database for one row now and then, and loads nothing else.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress

from django.db import DatabaseError, connection
from django.utils import timezone
from redis.exceptions import RedisError

from hmm_project import locks

LOCK = "mqtt"
LOCK_S = 20.0
IDLE_S = 5.0
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
GOODBYE_S = 5.0

log = logging.getLogger(__name__)


class Worker:
    """`start` and `stop` it once."""

    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        self._idle_s = idle_s
        self._failures = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye to the broker, within a few seconds."""
        self._stop.set()
        self._thread.join(GOODBYE_S)

    def _run(self) -> None:
        pause_s = 0.0
        while not self._stop.wait(pause_s):
            try:
                pause_s = self._turn()
            except (DatabaseError, RedisError) as error:
                log.warning("no MQTT for now: %s", error)
                pause_s = LONGEST_PAUSE_S
            except Exception:
                log.exception("publishing over MQTT failed inside; it is tried again")
                pause_s = LONGEST_PAUSE_S
            finally:
                connection.close()

    def _turn(self) -> float:
        """Publish as long as that goes well; answers after how many seconds to try again."""
        from miners.models import MqttBroker

        if not MqttBroker.objects.filter(enabled=True, rejected=False).exists():
            return self._idle_s
        lock = locks.take_many([LOCK], ttl_s=LOCK_S)
        if not lock:
            return self._idle_s
        try:
            return self._publish(lock)
        finally:
            with suppress(RedisError):  # it goes by itself
                locks.release_many(lock)

    def _publish(self, lock: dict[str, str]) -> float:
        from miners.contract import DeviceError
        from miners.mqtt import connecting
        from miners.mqtt.client import Rejected
        from miners.mqtt.session import Session

        broker = connecting.wanted()
        if broker is None:
            return self._idle_s
        try:
            asyncio.run(Session(broker, lock, self._stop).run())
        except Rejected as error:
            connecting.reject(broker, str(error), now=timezone.now())
            return self._idle_s
        except DeviceError as error:
            self._failures += 1
            connecting.missed(broker, str(error), now=timezone.now())
            return min(SHORTEST_PAUSE_S * 2 ** (self._failures - 1), LONGEST_PAUSE_S)
        connecting.left(broker)
        self._failures = 0
        return 0.0
