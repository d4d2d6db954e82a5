"""Orders of Home Assistant over MQTT, and what only looks like one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from miners.models import Command, HomeAssistant, Miner, MinerStatus, MqttBroker, Switch
from miners.mqtt.shown import Shown
from miners.mqtt.topics import Topics
from miners.mqtt.wishes import ACTOR, MOST_LINES, Inbox, NotUnderstood, Wish, understood
from miners.mqtt.worker import Worker
from miners.services import create_miner
from miners.simulators import home_assistant
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running
from tests.miners.mqtt.conftest import Ear, soon

TOPICS = Topics("homeassistant", "hmm")
KNOWN = {7: Shown(id=7, name="Blue", model="Gamma", modes=("eco", "oc"))}
Start = Callable[[], Worker]


def wish(topic: str, payload: bytes, *, retained: bool = False) -> Wish:
    return understood(TOPICS, KNOWN, topic, payload, retained=retained)


@pytest.mark.parametrize(
    ("what", "payload"), [("mining", b"ON"), ("mining", b"OFF"), ("mode", b"eco"), ("mode", b"oc")]
)
def test_what_is_offered_is_understood(what: str, payload: bytes):
    assert wish(f"hmm/miner/7/{what}/set", payload) == Wish(7, what, payload.decode())


@pytest.mark.parametrize(
    ("topic", "payload", "why"),
    [
        ("hmm/miner/7/mining/set", b"on", "none of ON, OFF"),
        ("hmm/miner/7/mining/set", b"", "none of"),
        ("hmm/miner/7/mode/set", b"turbo", "none of eco, oc"),
        ("hmm/miner/7/mode/set", b"eco" + b" " * 100, "none of"),
        ("hmm/miner/7/mode/set", b"\xff\xfe", "none of"),
        ("hmm/miner/7/mode/set", b"x" * 10_000_000, "none of"),
        ("hmm/miner/8/mode/set", b"eco", "no such miner"),
        ("hmm/miner/7/restart/set", b"PRESS", "nothing can be ordered there"),
        ("hmm/miner/7'; drop/mode/set", b"eco", "nothing can be ordered there"),
        ("hmm/miner/99999999999999999999/mode/set", b"eco", "nothing can be ordered there"),
    ],
)
def test_what_is_not_is_ignored_with_the_reason(topic: str, payload: bytes, why: str):
    with pytest.raises(NotUnderstood, match=why):
        wish(topic, payload)


def test_a_retained_order_is_of_another_time():
    with pytest.raises(NotUnderstood, match="retained"):
        wish("hmm/miner/7/mining/set", b"OFF", retained=True)


@given(st.text(max_size=60), st.binary(max_size=80), st.booleans())
def test_anything_is_a_known_wish_or_not_understood(topic: str, payload: bytes, retained: bool):
    try:
        found = wish(topic, payload, retained=retained)
    except NotUnderstood:
        return
    assert found.miner_id == 7


async def test_of_many_orders_the_newest_of_each_kind_waits():
    inbox = Inbox()
    for value in ("ON", "OFF") * 1000:
        inbox.put(Wish(7, "mining", value))
    inbox.put(Wish(7, "mode", "eco"))

    assert await inbox.take() == [Wish(7, "mining", "OFF"), Wish(7, "mode", "eco")]


async def test_a_flood_fills_no_log(caplog: pytest.LogCaptureFixture):
    inbox = Inbox()
    with caplog.at_level(logging.WARNING):
        for _ in range(10_000):
            inbox.complain("hmm/miner/1/x/set\n" * 50, NotUnderstood("no"))

    assert len(caplog.records) == MOST_LINES + 1
    assert all("\n" not in record.message for record in caplog.records)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live")
class TestThroughTheBroker:
    @pytest.fixture
    def house(self) -> Iterator[Simulation]:
        here = {"kind": "bitaxe", "host": "127.0.0.1", "port": 0}
        miners = [
            {**here, "name": "blue", "firmware": "v2.14.0"},
            {"kind": "avalon_nano", "model": "nano3s", "host": "127.0.0.1", "port": 0, "name": "nano",
             "switch": "switch.nano"},
        ]  # fmt: skip
        with running(parse({"speed": 20, "miners": miners, "services": {"home_assistant": {"port": 0}}})) as house:
            yield house

    @pytest.fixture
    def blue(self, house: Simulation, transactional_db: None) -> Miner:
        return own(house, "blue", capabilities=["mode", "pause"])

    def test_mining_off_pauses_as_home_assistants_order_and_is_shown_once_it_is_so(
        self, row: MqttBroker, ear: Ear, start: Start, blue: Miner, house: Simulation
    ):
        start()
        soon(lambda: ear.states(blue.pk))
        ear.say(f"hmm/miner/{blue.pk}/mining/set", "OFF")

        soon(lambda: ear.states(blue.pk)[-1]["mining"] == "OFF")
        command = Command.objects.get()
        assert (command.action, command.outcome, command.actor) == ("pause", "verified", ACTOR)

        ear.say(f"hmm/miner/{blue.pk}/mining/set", "ON")
        soon(lambda: Command.objects.filter(action="resume", outcome="verified").exists())

    def test_a_mode_is_set(self, row: MqttBroker, ear: Ear, start: Start, blue: Miner):
        start()
        soon(lambda: ear.states(blue.pk))
        ear.say(f"hmm/miner/{blue.pk}/mode/set", "oc")

        soon(lambda: Command.objects.filter(action="mode", argument={"mode": "oc"}, outcome="verified").exists())

    def test_what_cannot_be_stopped_is_refused_in_the_ledger_and_its_plug_is_not_touched(
        self, row: MqttBroker, ear: Ear, start: Start, house: Simulation
    ):
        plugs = house.service("home_assistant")
        assert isinstance(plugs, home_assistant.HomeAssistant)
        HomeAssistant.objects.create(pk=1, url=f"http://{plugs.host}:{plugs.port}", token="simulated-token")
        nano = own(house, "nano", capabilities=["mode"])
        Miner.objects.update(switch=Switch.objects.create(name="nano", entity_id="switch.nano", state="on"))
        start()
        soon(lambda: ear.states(nano.pk))
        ear.say(f"hmm/miner/{nano.pk}/mining/set", "OFF")

        soon(Command.objects.exists)
        command = Command.objects.get()
        assert (command.outcome, "offers no pause" in command.detail) == ("refused", True)
        assert plugs.counters.connections == 0

    def test_retained_hostile_and_foreign_orders_change_nothing(
        self, row: MqttBroker, ear: Ear, start: Start, blue: Miner, caplog: pytest.LogCaptureFixture
    ):
        ear.say(f"hmm/miner/{blue.pk}/mining/set", "OFF", retain=True)
        start()
        soon(lambda: ear.states(blue.pk))
        ear.say(f"hmm/miner/{blue.pk}/mode/set", '{"mode": "oc"}')
        ear.say("hmm/miner/4711/mining/set", "OFF")
        ear.say(f"hmm/miner/{blue.pk}/mode/set", "oc")

        soon(Command.objects.exists)  # the last, so the others have been looked at
        assert [command.action for command in Command.objects.all()] == ["mode"]
        assert "retained" in caplog.text
        assert "no such miner" in caplog.text

    def test_without_leave_no_order_is_even_listened_to(self, row: MqttBroker, ear: Ear, start: Start, blue: Miner):
        MqttBroker.objects.update(takes_orders=False)
        start()
        soon(lambda: ear.states(blue.pk))

        assert [client._filters for client in ear.broker.clients.values()] == [["homeassistant/status"]]

    def test_in_shadow_nothing_is_sent(
        self, row: MqttBroker, ear: Ear, start: Start, blue: Miner, house: Simulation, gated: Callable[[str], None]
    ):
        gated("SHADOW")
        start()
        soon(lambda: ear.states(blue.pk))
        ear.say(f"hmm/miner/{blue.pk}/mining/set", "OFF")

        soon(lambda: Command.objects.filter(outcome="shadowed").exists())
        assert house.device("blue").counters.writes == 0


def own(house: Simulation, name: str, **status: object) -> Miner:
    """The simulated device as a miner that was just read."""
    device = house.device(name)
    miner = create_miner(
        actor="ada", now=timezone.now(), name=name, kind=device.spec.kind, host=device.host, port=device.port
    )
    modes = {"modes": [{"name": "eco"}, {"name": "standard"}, {"name": "oc"}], "firmware": None, "model": None}
    options = {**modes, "frequencies_mhz": [], "core_voltages_mv": []}
    MinerStatus.objects.filter(miner=miner).update(
        state="mining", polled_at=timezone.now(), hashrate_ghs=1000.0, options=options, **status
    )
    return miner
