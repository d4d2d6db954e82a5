"""MQTT 3.1.1 on the wire, as far as a broker for QoS 0 and 1 needs it. Malformed raises ValueError."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

LEVEL = 4  # of the protocol: 3.1.1
LARGEST = 1 << 20
LENGTH_BYTES = 4
PROTOCOL = "MQTT"
HAS_USER, HAS_PASSWORD, HAS_WILL, WILL_RETAIN = 0x80, 0x40, 0x04, 0x20


class Kind(IntEnum):
    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


@dataclass(frozen=True, slots=True)
class Packet:
    kind: Kind
    flags: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    payload: bytes
    retain: bool = False
    qos: int = 0


@dataclass(frozen=True, slots=True)
class Connect:
    level: int
    client_id: str
    keepalive_s: int
    will: Message | None
    user: str
    password: str


class Stream:
    """Bytes as they come in, packets as they are whole."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[Packet]:
        self._buffer += data
        while (head := _header(self._buffer)) is not None:
            start, length = head
            if len(self._buffer) < start + length:
                return
            first, body = self._buffer[0], self._buffer[start : start + length]
            self._buffer = self._buffer[start + length :]
            yield Packet(Kind(first >> 4), first & 0x0F, body)


def _header(buffer: bytes) -> tuple[int, int] | None:
    """Where the body starts and how long it is; None while that is not known."""
    length = 0
    for index in range(LENGTH_BYTES):
        if len(buffer) < index + 2:
            return None
        byte = buffer[index + 1]
        length |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            if length > LARGEST:
                raise ValueError(f"a packet of {length} bytes")
            return index + 2, length
    raise ValueError("a length without an end")


class _Reader:
    def __init__(self, body: bytes) -> None:
        self._rest = body

    def number(self, form: str) -> int:
        size = struct.calcsize(form)
        taken, self._rest = self._rest[:size], self._rest[size:]
        try:
            return int(struct.unpack(form, taken)[0])
        except struct.error as error:
            raise ValueError(str(error)) from None

    def data(self) -> bytes:
        length = self.number("!H")
        taken, self._rest = self._rest[:length], self._rest[length:]
        if len(taken) < length:
            raise ValueError("it ends too early")
        return taken

    def text(self) -> str:
        return self.data().decode()

    def rest(self) -> bytes:
        return self._rest


def connect(packet: Packet) -> Connect:
    reader = _Reader(packet.body)
    if reader.text() != PROTOCOL:
        raise ValueError("not MQTT")
    level, flags, keepalive_s = reader.number("!B"), reader.number("!B"), reader.number("!H")
    client_id = reader.text()
    will = Message(reader.text(), reader.data(), bool(flags & WILL_RETAIN)) if flags & HAS_WILL else None
    user = reader.text() if flags & HAS_USER else ""
    password = reader.text() if flags & HAS_PASSWORD else ""
    return Connect(level, client_id, keepalive_s, will, user, password)


def message(packet: Packet) -> tuple[Message, int]:
    """A PUBLISH and its packet id, 0 with QoS 0."""
    reader = _Reader(packet.body)
    qos = packet.flags >> 1 & 3
    topic = reader.text()
    number = reader.number("!H") if qos else 0
    return Message(topic, reader.rest(), bool(packet.flags & 1), qos), number


def topics(packet: Packet) -> tuple[int, list[str]]:
    """The packet id and filters of a SUBSCRIBE or UNSUBSCRIBE."""
    reader = _Reader(packet.body)
    number, filters = reader.number("!H"), []
    while reader.rest():
        filters.append(reader.text())
        if packet.kind is Kind.SUBSCRIBE:
            reader.number("!B")
    return number, filters


def frame(kind: Kind, body: bytes = b"", flags: int = 0) -> bytes:
    length, coded = len(body), b""
    while True:
        length, digit = divmod(length, 128)
        coded += bytes([digit | (0x80 if length else 0)])
        if not length:
            return bytes([kind << 4 | flags]) + coded + body


def publish(sent: Message) -> bytes:
    """At QoS 0."""
    topic = sent.topic.encode()
    return frame(Kind.PUBLISH, struct.pack("!H", len(topic)) + topic + sent.payload, int(sent.retain))


def numbered(kind: Kind, number: int, more: bytes = b"") -> bytes:
    return frame(kind, struct.pack("!H", number) + more)
