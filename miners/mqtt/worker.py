"""The thread inside each Celery worker that publishes to the broker: one of them at a time, by a lock in Redis.

Where no broker is configured it asks the database for one row now and then, and loads nothing else.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from time import monotonic

from django.db import DatabaseError, connection
from django.utils import timezone
from redis.exceptions import RedisError

from miners.mqtt import lock

IDLE_S = 5.0
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
GOODBYE_S = 5.0

log = logging.getLogger(__name__)


class Worker:
    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._idle_s = idle_s
        self._failures = 0

    def start(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """It says goodbye to the broker and ends soon."""
        self._stop.set()

    def join(self) -> None:
        """Wait for that, some seconds at most."""
        if self._thread:
            self._thread.join(GOODBYE_S)

    def _run(self) -> None:
        pause_s = 0.0
        while not self._stop.wait(pause_s):
            try:
                pause_s = self._turn()
            except (DatabaseError, RedisError) as error:
                log.warning("no MQTT for now: %s", error)
                pause_s = self._idle_s
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
        token = lock.take()
        if not token:
            return self._idle_s
        try:
            return self._publish(token)
        finally:
            with suppress(RedisError):  # it goes by itself
                lock.give_back(token)

    def _publish(self, token: lock.Token) -> float:
        from miners.contract import DeviceError
        from miners.mqtt import connecting
        from miners.mqtt.address import Rejected
        from miners.mqtt.session import Session

        broker = connecting.wanted()
        if broker is None:
            return self._idle_s
        began_s = monotonic()
        try:
            asyncio.run(Session(broker, token, self._stop).run())
        except Rejected as error:
            connecting.reject(broker, str(error), now=timezone.now())
            return self._idle_s
        except DeviceError as error:
            connecting.missed(broker, str(error), now=timezone.now())
            return self._back_off(monotonic() - began_s)
        connecting.left(broker)
        self._failures = 0
        return 0.0

    def _back_off(self, lasted_s: float) -> float:
        """Twice as long with each failure after the other; a session that had lasted starts anew."""
        self._failures = 1 if lasted_s > LONGEST_PAUSE_S else self._failures + 1
        return float(min(SHORTEST_PAUSE_S * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE_S))
