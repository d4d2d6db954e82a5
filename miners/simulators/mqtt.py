"""A small MQTT 3.1.1 broker: users, wildcards, QoS 0 and 1 in (0 out), retained messages, last wills, keepalive.

Control actions: publish {"topic": …, "payload": …, "retain": false} (as Home Assistant or anybody would),
drop {} (cut every connection), password {"password": …} (another one from now on), forget {} (lose what is retained).
Faults hit the answer to CONNECT.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from miners.simulators import wire
from miners.simulators.endpoint import Endpoint
from miners.simulators.faults import BODY_FAULTS, GARBAGE, HTML, FaultKind
from miners.simulators.mqtt_packets import (
    LEVEL,
    Connect,
    Kind,
    Message,
    Packet,
    Stream,
    connect,
    frame,
    message,
    numbered,
    publish,
    topics,
)

if TYPE_CHECKING:
    from miners.simulators.simulation import Simulation
    from miners.simulators.spec import ServiceSpec

USER = "home"
ACCEPTED, BAD_LEVEL, BAD_PASSWORD = 0, 1, 4
KEPT = 20_000
PATIENCE = 1.5  # keepalives without a word until a client counts as lost


class Broker(Endpoint):
    """`messages`: what clients published, oldest first; `retained`: what a new subscriber would get."""

    def __init__(self, spec: ServiceSpec, simulation: Simulation) -> None:
        super().__init__(
            name=spec.name,
            host=spec.host,
            port=spec.port,
            clock=simulation.clock,
            seed=str(simulation.fleet.seed),
            latency_ms=spec.latency_ms,
        )
        self.password = spec.token
        self.clients: dict[str, Client] = {}
        self.retained: dict[str, Message] = {}
        self.messages: deque[Message] = deque(maxlen=KEPT)

    def protocol(self) -> asyncio.Protocol:
        return Client(self)

    def spread(self, sent: Message) -> None:
        """Give a message to who subscribed to it, and keep it when it says so."""
        if sent.retain and sent.payload:
            self.retained[sent.topic] = sent
        elif sent.retain:
            self.retained.pop(sent.topic, None)
        fresh = Message(sent.topic, sent.payload)
        for client in list(self.clients.values()):
            client.offer(fresh)

    def actions(self) -> dict[str, Callable[[Mapping[str, Any]], None]]:
        def say(arguments: Mapping[str, Any]) -> None:
            payload = str(arguments["payload"]).encode()
            self.spread(Message(str(arguments["topic"]), payload, bool(arguments.get("retain"))))

        def drop(_: Mapping[str, Any]) -> None:
            for transport in list(self._transports):
                transport.abort()

        return {
            "publish": say,
            "drop": drop,
            "password": lambda arguments: setattr(self, "password", str(arguments["password"])),
            "forget": lambda _: self.retained.clear(),
        }

    def describe(self) -> dict[str, Any]:
        texts = {topic: sent.payload.decode(errors="replace") for topic, sent in self.retained.items()}
        return super().describe() | {"clients": sorted(self.clients), "retained": texts}


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._stream = Stream()
        self._filters: list[str] = []
        self._connect: Connect | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._broker.enter(self._transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Without a DISCONNECT its will is done."""
        self._broker.leave(self._transport)
        if self._timer:
            self._timer.cancel()
        self._leave(with_will=True)

    def data_received(self, data: bytes) -> None:
        try:
            for packet in self._stream.feed(data):
                self._handle(packet)
        except ValueError:
            self._transport.abort()
        self._wait()

    def offer(self, sent: Message) -> None:
        if any(matches(wanted, sent.topic) for wanted in self._filters) and not self._transport.is_closing():
            self._transport.write(publish(sent))

    def _handle(self, packet: Packet) -> None:
        if (packet.kind is Kind.CONNECT) is (self._connect is not None):
            raise ValueError("the first packet, and only that, is CONNECT")
        match packet.kind:
            case Kind.CONNECT:
                self._enter(connect(packet))
            case Kind.PUBLISH:
                self._take(*message(packet))
            case Kind.SUBSCRIBE:
                self._subscribe(*topics(packet))
            case Kind.UNSUBSCRIBE:
                number, filters = topics(packet)
                self._filters = [wanted for wanted in self._filters if wanted not in filters]
                self._transport.write(numbered(Kind.UNSUBACK, number))
            case Kind.PINGREQ:
                self._transport.write(frame(Kind.PINGRESP))
            case Kind.DISCONNECT:
                self._leave(with_will=False)
                self._transport.close()
            case _:
                raise ValueError(f"{packet.kind} is not for a broker")

    def _enter(self, asked: Connect) -> None:
        answer = self._judge(asked)
        if answer == ACCEPTED:
            self._connect = asked
            former = self._broker.clients.get(asked.client_id)
            if former:
                former.taken_over()
            self._broker.clients[asked.client_id] = self
        self._acknowledge(answer)

    def _judge(self, asked: Connect) -> int:
        if asked.level != LEVEL:
            return BAD_LEVEL
        known = (asked.user, asked.password) == (USER, self._broker.password)
        return ACCEPTED if known else BAD_PASSWORD

    def _acknowledge(self, answer: int) -> None:
        fault = self._broker.take_fault()
        payload = frame(Kind.CONNACK, bytes([0, answer]))
        if fault is not None and fault.kind is FaultKind.ENDLESS:
            wire.flood(self._transport)
        elif fault is not None and fault.kind in BODY_FAULTS:
            body = {FaultKind.GARBAGE: GARBAGE, FaultKind.HTML: HTML}.get(fault.kind, b"")
            wire.deliver(self._transport, body, None, close=True)
        else:
            wire.deliver(self._transport, payload, fault, close=answer != ACCEPTED)

    def taken_over(self) -> None:
        """Another connection has come with the same client id."""
        self._leave(with_will=True)
        self._transport.close()

    def _leave(self, *, with_will: bool) -> None:
        left, self._connect = self._connect, None
        if left is None:
            return
        if self._broker.clients.get(left.client_id) is self:
            del self._broker.clients[left.client_id]
        if with_will and left.will:
            self._broker.spread(left.will)

    def _take(self, sent: Message, number: int) -> None:
        if sent.qos > 1 or not sent.topic or {"+", "#"} & set(sent.topic):
            raise ValueError(f"{sent.topic} at QoS {sent.qos} cannot be published")
        self._broker.counters.write(sent.topic)
        self._broker.messages.append(sent)
        self._broker.spread(sent)
        if sent.qos:
            self._transport.write(numbered(Kind.PUBACK, number))

    def _subscribe(self, number: int, filters: list[str]) -> None:
        self._broker.counters.read()
        self._filters += filters
        self._transport.write(numbered(Kind.SUBACK, number, bytes(len(filters))))
        for kept in list(self._broker.retained.values()):
            if any(matches(wanted, kept.topic) for wanted in filters):
                self._transport.write(publish(kept))

    def _wait(self) -> None:
        if self._timer:
            self._timer.cancel()
        if self._connect and self._connect.keepalive_s:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._connect.keepalive_s * PATIENCE, self._transport.abort)


def matches(wanted: str, topic: str) -> bool:
    """Whether a topic is one of a filter's: + is one level, # all that follow."""
    levels, parts = wanted.split("/"), topic.split("/")
    for index, level in enumerate(levels):
        if level == "#":
            return True
        if index >= len(parts) or level not in {"+", parts[index]}:
            return False
    return len(levels) == len(parts)
