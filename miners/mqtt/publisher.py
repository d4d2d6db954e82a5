"""Keeps a broker's picture of the fleet as it is: a description and an availability when they change, a state when it
differs from the last one or that one is about to expire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from time import monotonic

import orjson

from miners.mqtt.description import description
from miners.mqtt.shown import Shown
from miners.mqtt.topics import Topics

Send = Callable[..., Awaitable[None]]  # (topic, payload, qos, retain)
ONLINE, OFFLINE = "online", "offline"


@dataclass(slots=True)
class Told:
    """What the broker was last told of one miner."""

    config: bytes = b""
    available: bool | None = None
    state: bytes = b""
    state_at_s: float = 0.0


class Publisher:
    """`expire_s`: after so long without a state Home Assistant shows a value as unavailable."""

    def __init__(self, send: Send, topics: Topics, *, takes_orders: bool, expire_s: int) -> None:
        self.miners: dict[int, Shown] = {}
        self._send = send
        self._topics = topics
        self._takes_orders = takes_orders
        self._expire_s = expire_s
        self._told: dict[int, Told] = {}

    @property
    def known(self) -> set[int]:
        """The miners the broker was told of."""
        return set(self._told)

    async def show(self, found: Collection[Shown], asked: Collection[int]) -> None:
        """Publish what is new of `found`; who was asked for and not found is gone."""
        present = {shown.id for shown in found}
        for miner_id in set(asked) - present:
            await self.clear(miner_id)
        for shown in found:
            await self._tell(shown)

    def forget(self) -> None:
        """Home Assistant has started and knows nothing: tell everything again."""
        self._told = {miner_id: Told() for miner_id in self._told}

    async def clear(self, miner_id: int) -> None:
        """An empty description removes the device from Home Assistant."""
        self.miners.pop(miner_id, None)
        self._told.pop(miner_id, None)
        await self._send(self._topics.config(miner_id), b"", qos=1, retain=True)
        await self._send(self._topics.availability(miner_id), b"", qos=1, retain=True)

    async def _tell(self, shown: Shown) -> None:
        told = self._told.setdefault(shown.id, Told())
        self.miners[shown.id] = shown
        config = orjson.dumps(
            description(shown, self._topics, takes_orders=self._takes_orders, expire_s=self._expire_s)
        )
        if config != told.config:
            await self._send(self._topics.config(shown.id), config, qos=1, retain=True)
            told.config = config
        if shown.available is not told.available:
            word = ONLINE if shown.available else OFFLINE
            await self._send(self._topics.availability(shown.id), word, qos=1, retain=True)
            told.available = shown.available
        if shown.available:
            await self._tell_state(shown, told)

    async def _tell_state(self, shown: Shown, told: Told) -> None:
        state = orjson.dumps(shown.values)
        if state == told.state and monotonic() - told.state_at_s < self._expire_s / 3:
            return
        await self._send(self._topics.state(shown.id), state, qos=0, retain=False)
        told.state, told.state_at_s = state, monotonic()
