"""What Home Assistant asks for over MQTT: checked, never a retained one, the newest of each kind, a bounded number.

Anybody who may publish to the broker may send this. What is not understood is ignored with a line in the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from miners.bulk import order
from miners.commands import Order, execute
from miners.models import Action, Command, Miner
from miners.mqtt.shown import Shown
from miners.mqtt.topics import Topics

ACTOR = "home-assistant"
ON, OFF = "ON", "OFF"
LONGEST = 64  # bytes of a payload
MOST_LINES = 20  # a minute in the log
MINUTE_S = 60

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    miner_id: int
    what: str  # mining or mode
    value: str

    def order(self, miner: Miner) -> Order:
        """As a person's: what cannot be paused, but shut down, is shut down."""
        if self.what == "mode":
            return order(Action.MODE, miner, ACTOR, mode=self.value)
        return order(Action.RESUME if self.value == ON else Action.PAUSE, miner, ACTOR)


class NotUnderstood(Exception):
    """The message says why it is ignored."""


def understood(topics: Topics, miners: Mapping[int, Shown], topic: str, payload: bytes, *, retained: bool) -> Wish:
    """The wish in a message. Raises NotUnderstood."""
    ordered = topics.ordered(topic)
    if ordered is None or ordered[1] not in {"mining", "mode"}:
        raise NotUnderstood("nothing can be ordered there")
    if retained:
        raise NotUnderstood("it is retained: an order of another time")
    miner_id, what = ordered
    if miner_id not in miners:
        raise NotUnderstood("there is no such miner")
    offered = miners[miner_id].modes if what == "mode" else (ON, OFF)
    value = payload[:LONGEST].decode(errors="replace") if len(payload) <= LONGEST else ""
    if value not in offered:
        raise NotUnderstood(f"{payload[:LONGEST]!r} is none of {', '.join(offered) or 'its modes'}")
    return Wish(miner_id, what, value)


class Inbox:
    """Wishes that wait: one of each kind for each miner, the newest."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[int, str], Wish] = {}
        self._some = asyncio.Event()
        self._lines = 0
        self._minute_s = monotonic()

    def put(self, wish: Wish) -> None:
        self._waiting[wish.miner_id, wish.what] = wish
        self._some.set()

    async def take(self) -> list[Wish]:
        """All of them, once there is one."""
        await self._some.wait()
        self._some.clear()
        waiting, self._waiting = self._waiting, {}
        return list(waiting.values())

    def complain(self, topic: str, why: NotUnderstood) -> None:
        """A line in the log, unless somebody floods it."""
        if monotonic() - self._minute_s > MINUTE_S:
            self._lines, self._minute_s = 0, monotonic()
        self._lines += 1
        if self._lines <= MOST_LINES:
            log.warning("ignored over MQTT: %r: %s", topic[:LONGEST], why)
        if self._lines == MOST_LINES:
            log.warning("further messages of this minute are ignored without a line")


def carry_out(wishes: list[Wish], *, now: datetime) -> list[Command]:
    """Through the only door; miners removed meanwhile are left out."""
    found = Miner.objects.select_related("status").in_bulk({wish.miner_id for wish in wishes})
    return execute([wish.order(found[wish.miner_id]) for wish in wishes if wish.miner_id in found], now=now)
