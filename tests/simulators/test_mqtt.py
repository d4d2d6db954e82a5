"""The simulated broker, asked by a client library of MQTT."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import aiomqtt
import pytest
from aiomqtt.exceptions import MqttConnectError
from hypothesis import given
from hypothesis import strategies as st

from miners.simulators import mqtt
from miners.simulators.fleet import parse
from miners.simulators.mqtt_packets import Kind, Message, Packet, Stream, frame, message, publish
from miners.simulators.simulation import Simulation

PASSWORD = "simulated-token"


@pytest.fixture
async def broker() -> AsyncIterator[mqtt.Broker]:
    async with Simulation(parse({"services": {"mqtt": {"port": 0}}})) as simulation:
        found = simulation.service("mqtt")
        assert isinstance(found, mqtt.Broker)
        yield found


def joined(broker: mqtt.Broker, name: str = "one", **named: object) -> aiomqtt.Client:
    named = {"username": mqtt.USER, "password": PASSWORD, "identifier": name, "timeout": 2, **named}
    return aiomqtt.Client(broker.host, broker.port, **named)  # type: ignore[arg-type]


async def first(client: aiomqtt.Client) -> tuple[str, bytes, bool]:
    async with asyncio.timeout(2):
        async for each in client.messages:
            return str(each.topic), bytes(each.payload), bool(each.retain)
    raise AssertionError


async def test_a_message_reaches_who_subscribed_to_its_topic(broker: mqtt.Broker):
    async with joined(broker, "ear") as ear, joined(broker) as mouth:
        await ear.subscribe("hmm/+/state")
        await mouth.publish("hmm/1/other", b"no")
        await mouth.publish("hmm/1/state", b"x" * 5000, qos=1)

        assert await first(ear) == ("hmm/1/state", b"x" * 5000, False)


async def test_what_is_retained_awaits_who_comes_later_until_it_is_emptied(broker: mqtt.Broker):
    async with joined(broker) as mouth, joined(broker, "ear") as ear:
        await mouth.publish("a/b", b"kept", qos=1, retain=True)
        await ear.subscribe("a/#")
        assert await first(ear) == ("a/b", b"kept", True)

        await mouth.publish("a/b", b"", qos=1, retain=True)
    assert broker.retained == {}


@pytest.mark.parametrize("wrong", [{"password": "x"}, {"username": "x"}, {"username": None, "password": None}])
async def test_who_is_not_known_is_rejected(wrong: dict[str, str | None], broker: mqtt.Broker):
    with pytest.raises(MqttConnectError):
        await joined(broker, **wrong).__aenter__()


async def test_a_last_will_is_done_for_who_is_cut_off_and_not_for_who_says_goodbye(broker: mqtt.Broker):
    will = aiomqtt.Will("hmm/status", b"offline", qos=1, retain=True)
    async with joined(broker, will=will):
        pass
    assert broker.retained == {}

    with suppress(aiomqtt.MqttError):
        async with joined(broker, will=will) as lost:
            broker.actions()["drop"]({})
            await first(lost)
    assert broker.retained["hmm/status"].payload == b"offline"


async def test_a_client_that_comes_again_ends_its_former_connection(broker: mqtt.Broker):
    will = aiomqtt.Will("hmm/status", b"offline", retain=True)
    with suppress(aiomqtt.MqttError):
        async with joined(broker, will=will) as former, joined(broker):
            assert list(broker.clients) == ["one"]
            await first(former)
    assert broker.retained["hmm/status"].payload == b"offline"


async def test_unsubscribed_and_pinged(broker: mqtt.Broker):
    async with joined(broker, "ear", keepalive=1) as ear:
        await ear.subscribe("a")
        await ear.unsubscribe("a")
        broker.spread(Message("a", b"no"))
        await asyncio.sleep(1.7)  # longer than it waits for a word
        assert list(broker.clients) == ["ear"]


@pytest.mark.parametrize(
    "junk", [b"GET / HTTP/1.1\r\n" * 9, b"\x10\xff\xff\xff\xff", b"\x30\x03\x00\x01a", b"\xf0\x00"]
)
async def test_what_is_no_mqtt_is_cut_off(junk: bytes, broker: mqtt.Broker):
    reader, writer = await asyncio.open_connection(broker.host, broker.port)
    writer.write(junk)
    with suppress(ConnectionResetError):
        assert await reader.read() == b""
    writer.close()
    assert broker.clients == {}


@pytest.mark.parametrize(
    ("wanted", "topic", "is_one"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("+/+/set", "a/b/set", True),
        ("a", "a/b", False),
        ("#", "a/b", True),
    ],
)
def test_filters(wanted: str, topic: str, is_one: bool):
    assert mqtt.matches(wanted, topic) is is_one


@given(st.lists(st.tuples(st.text(min_size=1, max_size=9), st.binary(max_size=300))), st.integers(1, 7))
def test_packets_are_the_same_however_they_are_cut(messages: list[tuple[str, bytes]], size: int):
    wire = b"".join(publish(Message(topic, payload)) for topic, payload in messages)
    stream = Stream()

    packets = [packet for at in range(0, len(wire), size) for packet in stream.feed(wire[at : at + size])]

    assert [(found.topic, found.payload) for found, _ in map(message, packets)] == messages


@given(st.binary(max_size=60))
def test_any_bytes_are_packets_or_a_value_error(data: bytes):
    try:
        for packet in Stream().feed(data):
            assert isinstance(packet, Packet)
    except ValueError:
        return


def test_a_packet_of_more_than_a_mebibyte_is_refused_before_it_has_come():
    with pytest.raises(ValueError, match="bytes"):
        list(Stream().feed(frame(Kind.PUBLISH, bytes(2**20 + 1))[:100]))


def test_its_address_is_taken_from_the_fleet():
    spec = parse({"services": {"mqtt": {"host": "127.0.0.1", "port": 0, "token": "x"}}}).service("mqtt")

    assert (spec.kind, spec.host, spec.token) == ("mqtt", "127.0.0.1", "x")
