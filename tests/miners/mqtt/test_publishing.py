"""From the database to a broker that speaks MQTT on loopback, through the thread of a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from hmm_project import live
from hmm_project.journal.models import Alert, Event
from miners.models import Miner, MinerStatus, MqttBroker
from miners.mqtt import connecting, services, session
from miners.mqtt import lock as mqtt_lock
from miners.mqtt.worker import Worker
from miners.services import delete_miner, update_miner
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation
from tests.miners.mqtt.conftest import PASSWORD, Ear, seen_miner, soon

Start = Callable[[], Worker]
pytestmark = pytest.mark.django_db(transaction=True)
BRIDGE = "hmm/bridge/status"


def config(miner_id: int) -> str:
    return f"homeassistant/device/hmm_miner_{miner_id}/config"


def who() -> dict[str, object]:
    return {"actor": "ada", "now": timezone.now()}


def test_a_miner_is_described_available_and_its_state_is_sent(row: MqttBroker, ear: Ear, start: Start):
    blue = seen_miner("Blue")
    start()
    soon(lambda: ear.states(blue))

    assert ear.retained(BRIDGE) == "online"
    assert ear.retained(f"hmm/miner/{blue}/availability") == "online"
    assert ear.retained(config(blue))["dev"]["name"] == "Blue"
    assert ear.states(blue)[0]["hashrate_ths"] == 1.21
    assert f"hmm/miner/{blue}/state" not in ear.broker.retained
    soon(lambda: MqttBroker.objects.filter(connected=True).exists())
    everything = b"".join(message.payload for message in ear.broker.messages).decode()
    assert not [secret for secret in (PASSWORD, "bc1qsecretwallet", "10.0.0.") if secret in everything]


def test_a_poll_is_published_once_and_an_unchanged_state_not_again(row: MqttBroker, ear: Ear, start: Start):
    blue = seen_miner("Blue")
    start()
    soon(lambda: ear.states(blue))

    for watts in (18.0, 18.0, 19.0):
        MinerStatus.objects.update(power_w=watts, polled_at=timezone.now())
        before = ear.broker.counters.writes
        live.announce("miners-changed", [blue])
        if watts != ear.states(blue)[-1]["power_w"]:
            soon(lambda before=before: ear.broker.counters.writes > before)
    live.announce("miners-changed", [blue])
    red = seen_miner("Red")
    live.announce("miners-changed", [red])
    soon(lambda: ear.states(red))  # so what came before it has been looked at

    assert [state["power_w"] for state in ear.states(blue)] == [17.9, 18.0, 19.0]
    assert len(ear.payloads(config(blue))) == 1


def test_miners_added_renamed_and_removed_follow(row: MqttBroker, ear: Ear, start: Start):
    start()
    soon(lambda: ear.retained(BRIDGE) == "online")
    blue = seen_miner("Blue")
    live.announce("miners-changed", [blue])
    soon(lambda: ear.retained(config(blue)))

    update_miner(Miner.objects.get(), **who(), name="Attic")
    soon(lambda: ear.retained(config(blue))["dev"]["name"] == "Attic")

    delete_miner(Miner.objects.get(), **who())
    soon(lambda: config(blue) not in ear.broker.retained)
    assert f"hmm/miner/{blue}/availability" not in ear.broker.retained


def test_a_miner_removed_while_nobody_published_is_cleared_and_others_devices_stay(
    row: MqttBroker, ear: Ear, start: Start
):
    ear.say(config(4711), '{"o": {"name": "home-miner-manager"}}', retain=True)
    ear.say("homeassistant/device/zigbee_1/config", "{}", retain=True)
    start()

    soon(lambda: config(4711) not in ear.broker.retained)
    assert "homeassistant/device/zigbee_1/config" in ear.broker.retained


def test_a_miner_that_falls_silent_becomes_unavailable(row: MqttBroker, ear: Ear, start: Start):
    blue = seen_miner("Blue")
    start()
    soon(lambda: ear.states(blue))

    MinerStatus.objects.update(state="unreachable")
    live.announce("miners-changed", [blue])

    soon(lambda: ear.retained(f"hmm/miner/{blue}/availability") == "offline")


def test_a_poller_that_died_makes_its_miners_unavailable_without_any_news(
    row: MqttBroker, ear: Ear, start: Start, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(session, "SWEEP_S", 0.1)
    blue = seen_miner("Blue")
    start()
    soon(lambda: ear.states(blue))

    MinerStatus.objects.update(polled_at=timezone.now() - timedelta(minutes=4))

    soon(lambda: ear.retained(f"hmm/miner/{blue}/availability") == "offline")


def test_when_home_assistant_has_started_everything_is_told_again(row: MqttBroker, ear: Ear, start: Start):
    blue = seen_miner("Blue")
    start()
    soon(lambda: ear.states(blue))

    ear.say("homeassistant/status", "online")

    soon(lambda: len(ear.payloads(config(blue))) == 2 and len(ear.states(blue)) == 2)


def test_a_thousand_miners_are_told_in_a_moment(row: MqttBroker, ear: Ear, start: Start):
    made = [Miner(name=f"m{n}", kind="bitaxe", host=f"h{n}", port=80) for n in range(1000)]
    Miner.objects.bulk_create(made)
    values = {"state": "mining", "polled_at": timezone.now(), "hashrate_ghs": 1000.0}
    MinerStatus.objects.bulk_create([MinerStatus(miner=each, **values) for each in made])
    start()

    soon(lambda: len(ear.payloads(f"hmm/miner/{made[-1].pk}/state")) == 1)
    assert len([topic for topic in ear.broker.retained if topic.endswith("/config")]) == 1000


class TestConnection:
    def test_a_broker_that_is_away_is_an_alert_after_a_minute_and_comes_back_with_a_word(
        self, row: MqttBroker, ear: Ear, simulation: Simulation, start: Start
    ):
        simulation.do(ear.broker.break_with, Fault(kind=FaultKind.REFUSE))
        MqttBroker.objects.update(seen_at=timezone.now())
        start()
        soon(lambda: MqttBroker.objects.exclude(failure="").exists())
        assert not Alert.objects.exists()

        MqttBroker.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
        soon(Alert.objects.exists)
        assert Alert.objects.get().key == "mqtt-unreachable:"

        simulation.do(ear.broker.break_with, None)
        soon(lambda: not Alert.objects.exists())
        assert ear.retained(BRIDGE) == "online"
        assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
            "mqtt-unreachable",
            "mqtt-unreachable-over",
        ]

    def test_a_wrong_password_is_tried_once_until_a_person_saves_another(self, row: MqttBroker, ear: Ear, start: Start):
        MqttBroker.objects.update(password="wrong")
        start()
        soon(lambda: MqttBroker.objects.get().rejected)
        seen_miner("Blue")
        tries = ear.broker.counters.connections
        assert (tries, Alert.objects.get().key) == (1, "mqtt-rejected:")
        assert "wrong" not in Event.objects.get().message

        services.save_broker(**who(), password=PASSWORD)
        soon(lambda: ear.retained(BRIDGE) == "online")
        assert not Alert.objects.exists()
        assert ear.broker.counters.connections == 2

    @pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.TRUNCATED, FaultKind.GARBAGE, FaultKind.HTML])
    def test_whatever_a_broker_answers_it_is_tried_again(
        self, kind: FaultKind, row: MqttBroker, ear: Ear, simulation: Simulation, start: Start
    ):
        simulation.do(ear.broker.break_with, Fault(kind=kind, requests=2))
        start()

        soon(lambda: ear.retained(BRIDGE) == "online")
        assert ear.broker.counters.connections >= 3

    def test_a_connection_that_breaks_leaves_a_last_will_and_is_made_anew(
        self, row: MqttBroker, ear: Ear, start: Start
    ):
        blue = seen_miner("Blue")
        start()
        soon(lambda: ear.states(blue))

        ear.do("drop")

        soon(lambda: len(ear.states(blue)) == 2)
        assert ear.retained(BRIDGE) == "online"
        assert list(ear.broker.clients) == ["hmm-hmm"]

    def test_a_worker_that_ends_says_goodbye(self, row: MqttBroker, ear: Ear, start: Start):
        worker = start()
        soon(lambda: ear.retained(BRIDGE) == "online")

        worker.end()
        worker.join()

        assert (ear.retained(BRIDGE), ear.broker.clients) == ("offline", {})
        assert not MqttBroker.objects.get().connected

    def test_of_two_workers_one_publishes_and_the_other_takes_over(self, row: MqttBroker, ear: Ear, start: Start):
        first = start()
        soon(lambda: ear.retained(BRIDGE) == "online")
        start()
        blue = seen_miner("Blue")
        live.announce("miners-changed", [blue])
        soon(lambda: ear.states(blue))
        assert ear.broker.counters.connections == 1

        first.end()

        soon(lambda: ear.broker.counters.connections == 2 and ear.retained(BRIDGE) == "online")

    def test_a_lock_that_was_lost_ends_the_session(
        self, row: MqttBroker, ear: Ear, start: Start, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(mqtt_lock, "RENEW_EVERY_S", 0.1)
        start()
        soon(lambda: ear.broker.clients)
        from hmm_project.redis_server import connection

        connection().set("hmm:lock:mqtt", "another", ex=60)

        soon(lambda: not ear.broker.clients)
        connection().delete("hmm:lock:mqtt")
        soon(lambda: ear.broker.clients)

    def test_without_a_broker_nothing_is_connected(self, ear: Ear, transactional_db: None, start: Start):
        start()
        services.save_broker(**who(), host=ear.broker.host, port=ear.broker.port, enabled=False)
        seen_miner("Blue")

        assert ear.broker.counters.connections == 0
        services.save_broker(**who(), enabled=True, user="home", password=PASSWORD)
        soon(lambda: ear.broker.clients)

    def test_another_prefix_moves_the_miners_and_leaves_nothing_behind(self, row: MqttBroker, ear: Ear, start: Start):
        blue = seen_miner("Blue")
        start()
        soon(lambda: ear.states(blue))

        services.save_broker(**who(), prefix="house")

        moved = f"homeassistant/device/house_miner_{blue}/config"
        soon(lambda: moved in ear.broker.retained)
        assert config(blue) not in ear.broker.retained
        assert ear.retained(BRIDGE) == "offline"

    def test_switched_off_the_miners_stay_and_are_unavailable(self, row: MqttBroker, ear: Ear, start: Start):
        blue = seen_miner("Blue")
        start()
        soon(lambda: ear.states(blue))

        services.save_broker(**who(), enabled=False)

        soon(lambda: not ear.broker.clients)
        assert ear.retained(BRIDGE) == "offline"
        assert config(blue) in ear.broker.retained

    def test_removed_the_miners_vanish(self, row: MqttBroker, ear: Ear, start: Start):
        blue = seen_miner("Blue")
        start()
        soon(lambda: ear.states(blue))

        services.delete_broker(connecting.usable(), **who())

        soon(lambda: not ear.broker.clients)
        assert list(ear.broker.retained) == [BRIDGE]
