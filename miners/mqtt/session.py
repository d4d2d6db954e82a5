"""One connection to the broker, from "online" to "offline": what it publishes, what it hears, what ends it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from threading import Event
from typing import Any, TypeVar

import aiomqtt
import redis.asyncio
from django.conf import settings
from django.db import connection
from django.utils import timezone

from hmm_project import live
from miners.models import MqttBroker
from miners.mqtt import connecting, lock, wishes
from miners.mqtt.client import connected
from miners.mqtt.publisher import OFFLINE, ONLINE, Publisher
from miners.mqtt.shown import gather
from miners.mqtt.topics import Topics
from miners.mqtt.wishes import Inbox, NotUnderstood

GATHER_S = 1.0  # news of so long are published together
SWEEP_S = 60.0  # everything is looked at again: an announcement may have been lost, a miner gone silent
ORDERS_EVERY_S = 2.0  # at most one order of a kind to a miner in so long
LOOK_S = 0.5
CANCEL_AGAIN_S = 0.2
BIRTH_DELAY_S = 5.0  # Home Assistant asks for a random one, so that not all devices speak at once
EXPIRE_S = 300
EXPIRE_POLLS = 3

T = TypeVar("T")
log = logging.getLogger(__name__)


class Due:
    """Whose news wait to be published."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._all = True
        self._some = asyncio.Event()
        self._some.set()

    def add(self, ids: Iterable[int]) -> None:
        self._ids.update(ids)
        self._some.set()

    def add_all(self) -> None:
        self._all = True
        self._some.set()

    async def take(self) -> tuple[set[int], bool]:
        """The ids once there are some, and whether everybody is due: when that was asked for, and every SWEEP_S."""
        try:
            async with asyncio.timeout(SWEEP_S):
                await self._some.wait()
        except TimeoutError:
            self._all = True
        self._some.clear()
        taken, self._ids, self._all = (self._ids, self._all), set(), False
        return taken


class Session:
    """`token`: of the lock this worker holds."""

    def __init__(self, broker: MqttBroker, token: lock.Token, stop: Event) -> None:
        self.broker = broker
        self.topics = Topics(broker.discovery_prefix, broker.prefix)
        self._token = token
        self._stop = stop
        self._due = Due()
        self._inbox = Inbox()
        self._birth_pending = False

    async def run(self) -> None:
        """Until somebody stops it, the row changes or the lock is lost. Raises Rejected, Refused or Unreachable."""
        will = aiomqtt.Will(self.topics.bridge, OFFLINE, qos=1, retain=True)
        # Always the same name: a broker that still waits for a lost predecessor says its last will now, not later.
        name = f"hmm-{self.broker.prefix}"
        async with connected(connecting.address(self.broker), identifier=name, will=will) as client:
            publisher = Publisher(
                client.publish, self.topics, takes_orders=self.broker.takes_orders, expire_s=expire_s()
            )
            await client.publish(self.topics.bridge, ONLINE, qos=1, retain=True)
            await self._subscribe(client)
            log.info("publishing to the MQTT broker at %s", self.broker)
            try:
                await first_of(
                    self._publish(publisher),
                    self._listen(client, publisher),
                    self._obey(),
                    self._hear_announcements(),
                    self._watch(),
                )
                await self._clear_up(publisher)
            finally:
                with suppress(aiomqtt.MqttError):
                    await client.publish(self.topics.bridge, OFFLINE, qos=1, retain=True)

    async def _subscribe(self, client: aiomqtt.Client) -> None:
        orders = [self.topics.orders] if self.broker.takes_orders else []
        wanted = [*self.topics.births, self.topics.configs, *orders]
        granted = await client.subscribe([(topic, 0) for topic in wanted])
        for topic, code in zip(wanted, granted, strict=False):
            if getattr(code, "is_failure", False):
                log.warning("the MQTT broker at %s does not let us listen to %s", self.broker, topic)
        # What is retained has come, or is on its way before the answer to this; what we publish need not come back.
        await client.unsubscribe(self.topics.configs)

    async def _clear_up(self, publisher: Publisher) -> None:
        """What is to be published elsewhere from now on, or no more, must not stay here."""
        current = await in_database(connecting.configured)
        if current is None or _place(current) != _place(self.broker):
            for miner_id in list(publisher.miners):
                await publisher.clear(miner_id)

    async def _publish(self, publisher: Publisher) -> None:
        while True:
            ids, everybody = await self._due.take()
            found = await in_database(gather, None if everybody else ids, now=timezone.now())
            await publisher.show(found, ids | publisher.known if everybody else ids)
            if everybody:
                await in_database(connecting.seen, self.broker, now=timezone.now())
            await asyncio.sleep(GATHER_S)

    async def _listen(self, client: aiomqtt.Client, publisher: Publisher) -> None:
        async for message in client.messages:
            topic = str(message.topic)
            payload = message.payload if isinstance(message.payload, bytes) else b""
            if topic in self.topics.births:
                self._born(publisher, payload, retained=bool(message.retain))
            elif (described := self.topics.described(topic)) is not None:
                if message.retain:  # found there: of a miner that was removed meanwhile, or is shown anew anyway
                    self._due.add([described])
            else:
                self._wish(publisher, topic, payload, retained=bool(message.retain))

    def _born(self, publisher: Publisher, payload: bytes, *, retained: bool) -> None:
        """Home Assistant has started. A retained word of it is old: everything has just been told anyway."""
        if payload != ONLINE.encode() or retained or self._birth_pending:
            return
        self._birth_pending = True
        asyncio.get_running_loop().call_later(random.uniform(0, BIRTH_DELAY_S), self._introduce_all, publisher)

    def _introduce_all(self, publisher: Publisher) -> None:
        self._birth_pending = False
        publisher.forget()
        self._due.add_all()

    def _wish(self, publisher: Publisher, topic: str, payload: bytes, *, retained: bool) -> None:
        if topic.startswith(f"{self.topics.discovery}/"):
            return  # somebody else's device
        try:
            self._inbox.put(wishes.understood(self.topics, publisher.miners, topic, payload, retained=retained))
        except NotUnderstood as why:
            self._inbox.complain(topic, why)

    async def _obey(self) -> None:
        while True:
            asked = await self._inbox.take()
            await in_database(wishes.carry_out, asked, now=timezone.now())
            self._due.add(wish.miner_id for wish in asked)  # done or not, Home Assistant shows what is
            await asyncio.sleep(ORDERS_EVERY_S)

    async def _hear_announcements(self) -> None:
        """What the poller, commands and people announce to pages is news here too."""
        async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as own, own.pubsub() as ear:
            await ear.subscribe(live.channel())
            self._due.add_all()  # what came before we listened
            async for message in ear.listen():
                if message["type"] != "message":
                    continue
                kind, ids = live.understood(message["data"])
                if kind == "miners-changed":
                    self._due.add(ids)
                elif kind == connecting.CHANGED and await self._has_changed():
                    return

    async def _has_changed(self) -> bool:
        current = await in_database(connecting.wanted)
        return current is None or _wiring(current) != _wiring(self.broker)

    async def _watch(self) -> None:
        """Until it is told to stop or the lock is no longer ours."""
        loop = asyncio.get_running_loop()
        renew_at = loop.time()
        while not self._stop.is_set():
            if loop.time() >= renew_at:
                if not await asyncio.to_thread(lock.renew, self._token):
                    log.warning("another worker publishes to the MQTT broker now")
                    return
                renew_at = loop.time() + lock.RENEW_EVERY_S
            await asyncio.sleep(LOOK_S)


def _place(broker: MqttBroker) -> tuple[object, ...]:
    """Where it is published."""
    return broker.host, broker.port, broker.discovery_prefix, broker.prefix


def _wiring(broker: MqttBroker) -> tuple[object, ...]:
    """What a session depends on."""
    return connecting.address(broker), broker.discovery_prefix, broker.prefix, broker.takes_orders


def expire_s() -> int:
    return max(EXPIRE_S, EXPIRE_POLLS * int(settings.CONFIG.intervals.poll))


async def first_of(*work: Coroutine[Any, Any, None]) -> None:
    """Run them together until one ends; its error is raised, the others are cancelled."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        while pending := [task for task in tasks if not task.done()]:
            for task in pending:
                task.cancel()  # again: redis-py loses one that meets it while it connects
            await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)
        await asyncio.gather(*tasks, return_exceptions=True)


async def in_database(call: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """In a thread, whose database connection goes back to the pool."""

    def apart() -> T:
        try:
            return call(*arguments, **named)
        finally:
            connection.close()

    return await asyncio.to_thread(apart)
