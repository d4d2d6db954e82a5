"""Devices that fail, on the wire: what is stored, what is told, and whom it delays."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from hmm_project import locks
from hmm_project.journal.models import Alert, Event
from hmm_project.runtime.waiting import until
from miners.adapters import registry
from miners.contract import Reading
from miners.models import Command, DesiredState, Miner, MinerStatus, Power, Switch, Telemetry
from miners.polling import harvest, poll_shard, shards, storing
from miners.polling.observation import Observation
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation
from tests.miners.polling.conftest import NOW, POLL

Fleet = dict[str, Miner]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    set_timeout(monkeypatch, 0.5)


def set_timeout(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    devices = replace(settings.CONFIG.devices, timeout=seconds)
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, devices=devices))


def ids(fleet: Fleet) -> list[int]:
    return [miner.pk for miner in fleet.values()]


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def status(miner: Miner) -> MinerStatus:
    return MinerStatus.objects.get(miner=miner)


def test_a_miner_that_falls_silent_and_comes_back(healthy: Simulation, fleet: Fleet) -> None:
    blue, device = fleet["gamma-1"], healthy.device("gamma-1")
    poll_shard(ids(fleet), now=NOW)
    mining = status(blue)

    healthy.do(device.break_with, Fault(kind=FaultKind.TIMEOUT))
    poll_shard(ids(fleet), now=NOW + POLL)
    missed = status(blue)
    assert (missed.state, missed.failures, missed.since) == ("mining", 1, mining.since)
    assert missed.failure
    assert kinds() == []

    poll_shard(ids(fleet), now=NOW + 2 * POLL)
    silent = status(blue)
    assert (silent.state, silent.failures) == ("unreachable", 2)
    assert silent.since == silent.polled_at
    assert (silent.seen_at, silent.hashrate_ghs, silent.options) == (
        mining.seen_at,
        mining.hashrate_ghs,
        mining.options,
    )
    assert silent.capabilities == mining.capabilities
    assert kinds() == ["miner-unreachable"]
    assert "no answer" in Event.objects.get().message or "no whole answer" in Event.objects.get().message
    assert Alert.objects.get().subject == blue.subject

    poll_shard(ids(fleet), now=NOW + 3 * POLL)
    assert kinds() == ["miner-unreachable"]
    assert Telemetry.objects.filter(miner_id=blue.pk).count() == 1, "a failed reading leaves a gap"

    healthy.do(device.break_with, None)
    poll_shard(ids(fleet), now=NOW + 4 * POLL)
    back = status(blue)
    assert (back.state, back.failures, back.failure) == ("mining", 0, "")
    assert kinds() == ["miner-unreachable", "miner-unreachable-over"]
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "kind", [FaultKind.RESET, FaultKind.TRUNCATED, FaultKind.REFUSE, FaultKind.GARBAGE, FaultKind.HTML, FaultKind.EMPTY]
)
def test_whatever_is_wrong_is_a_reason_and_never_a_row_of_zeros(
    healthy: Simulation, fleet: Fleet, kind: FaultKind
) -> None:
    for name in ("gamma-1", "nano-1"):
        healthy.do(healthy.device(name).break_with, Fault(kind=kind))
    for poll in range(2):
        poll_shard(ids(fleet), now=NOW + poll * POLL)
    for name in ("gamma-1", "nano-1"):
        broken = status(fleet[name])
        assert broken.state == "unreachable"
        assert broken.failure
        assert broken.hashrate_ghs is None
        assert not Telemetry.objects.filter(miner_id=broken.pk).exists()
    assert status(fleet["gamma-2"]).state == "mining"


@pytest.mark.django_db(transaction=True)
def test_a_silent_device_delays_neither_the_numbers_nor_the_locks_of_the_others(
    healthy: Simulation, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_timeout(monkeypatch, 2)
    healthy.do(healthy.device("gamma-1").break_with, Fault(kind=FaultKind.TIMEOUT))
    others = [miner.pk for name, miner in fleet.items() if name != "gamma-1"]
    stored_at: list[float] = []
    real = storing.store

    def store(seen: Sequence[Observation]) -> None:
        real(seen)
        stored_at.append(monotonic() - started)

    monkeypatch.setattr(harvest, "store", store)
    started = monotonic()
    with ThreadPoolExecutor(1) as pool:
        polling = pool.submit(poll_and_close, ids(fleet))
        assert until(lambda: MinerStatus.objects.filter(pk__in=others, state="mining").count() == 4, seconds=5)
        assert until(lambda: len(take_and_give_back(others)) == 4, seconds=5)
        assert not polling.done()
        seen = polling.result()
    assert stored_at[0] < 1.5 < stored_at[-1] < 4
    times = {one.candidate.name: (one.time - NOW).total_seconds() for one in seen}
    assert times["gamma-1"] >= 1.9
    assert max(seconds for name, seconds in times.items() if name != "gamma-1") < 1.5


def take_and_give_back(miner_ids: list[int]) -> dict[str, str]:
    taken = locks.take_many((f"miner:{pk}" for pk in miner_ids), ttl_s=1)
    locks.release_many(taken)
    return taken


def poll_and_close(miner_ids: list[int]) -> list[Observation]:
    try:
        return poll_shard(miner_ids, now=NOW, every_s=0.05)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_stored_on_the_way_is_stored_at_the_end(
    healthy: Simulation, fleet: Fleet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    healthy.do(healthy.device("gamma-1").break_with, Fault(kind=FaultKind.TIMEOUT))
    real = storing.store

    def store(seen: Sequence[Observation]) -> None:
        if len(seen) < len(fleet):
            raise OperationalError("the server closed the connection")
        real(seen)

    monkeypatch.setattr(harvest, "store", store)
    poll_shard(ids(fleet), now=NOW, every_s=0.05)
    assert MinerStatus.objects.filter(state="mining").count() == len(fleet) - 1
    assert "kept for the end of the shard: the server closed the connection" in caplog.text


def test_a_mistake_in_a_driver_is_logged_and_costs_that_miner_only(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def read(self) -> Reading:
            return Reading(power_w="many")  # type: ignore[arg-type]

    real = registry.open_adapter
    monkeypatch.setattr(
        "miners.polling.reading.open_adapter",
        lambda target, link: Broken() if target.port == fleet["gamma-1"].port else real(target, link),
    )
    poll_shard(ids(fleet), now=NOW)
    assert status(fleet["gamma-1"]).failure == "the driver failed (TypeError), the log tells more"
    assert status(fleet["gamma-2"]).state == "mining"
    assert "gamma-1: the driver of bitaxe failed" in caplog.text
    assert "Traceback" in caplog.text


def test_behind_a_plug_that_is_off_a_silent_miner_is_off_and_boots_in_peace(healthy: Simulation, fleet: Fleet) -> None:
    blue, device = fleet["gamma-1"], healthy.device("gamma-1")
    plug = Switch.objects.create(name="Plug", entity_id="switch.blue", state="on", power_w=18, seen_at=NOW)
    Miner.objects.filter(pk=blue.pk).update(switch=plug)
    poll_shard(ids(fleet), now=NOW)
    assert Telemetry.objects.get(miner_id=blue.pk).wall_power_w == 18

    healthy.do(device.break_with, Fault(kind=FaultKind.REFUSE))
    Switch.objects.update(state="off", power_w=0, seen_at=NOW + POLL)
    poll_shard(ids(fleet), now=NOW + POLL)
    assert status(blue).state == "off"

    Switch.objects.update(state="on", seen_at=NOW + 2 * POLL)
    for poll in (2, 3, 4):
        poll_shard(ids(fleet), now=NOW + poll * POLL)
    assert status(blue).state == "unknown"
    assert kinds() == []
    Switch.objects.update(seen_at=NOW + 20 * POLL)
    poll_shard(ids(fleet), now=NOW + 20 * POLL)
    assert status(blue).state == "unreachable"
    assert kinds() == ["miner-unreachable"]


def test_what_a_stale_or_shared_plug_says_does_not_count(healthy: Simulation, fleet: Fleet) -> None:
    blue, red = fleet["gamma-1"], fleet["gamma-2"]
    plug = Switch.objects.create(name="Plug", entity_id="switch.both", state="on", power_w=40, seen_at=NOW)
    Miner.objects.filter(pk__in=[blue.pk, red.pk]).update(switch=plug)
    poll_shard(ids(fleet), now=NOW)
    assert set(Telemetry.objects.values_list("wall_power_w", flat=True)) == {None}
    healthy.do(healthy.device("gamma-1").break_with, Fault(kind=FaultKind.REFUSE))
    Switch.objects.update(state="off", seen_at=NOW - timedelta(minutes=5))
    for poll in (1, 2):
        poll_shard(ids(fleet), now=NOW + poll * POLL)
    assert status(blue).state == "unreachable"


def test_off_in_shadow_is_only_a_thought_so_silence_is_an_alert(healthy: Simulation, fleet: Fleet) -> None:
    DesiredState.objects.filter(miner=fleet["gamma-1"]).update(power=Power.OFF, in_force=False)
    healthy.do(healthy.device("gamma-1").break_with, Fault(kind=FaultKind.REFUSE))
    for poll in range(2):
        poll_shard(ids(fleet), now=NOW + poll * POLL)
    assert kinds() == ["miner-unreachable"]


def test_planned_off_is_no_alert_until_it_should_run_again(healthy: Simulation, fleet: Fleet) -> None:
    blue = fleet["gamma-1"]
    DesiredState.objects.filter(miner=blue).update(power=Power.OFF, in_force=True)
    healthy.do(healthy.device("gamma-1").break_with, Fault(kind=FaultKind.REFUSE))
    for poll in range(3):
        poll_shard(ids(fleet), now=NOW + poll * POLL)
    assert status(blue).state == "unreachable"
    assert kinds() == []
    DesiredState.objects.filter(miner=blue).update(power=Power.ON)
    poll_shard(ids(fleet), now=NOW + 3 * POLL)
    assert kinds() == ["miner-unreachable"]


def test_a_restart_by_command_may_take_its_time(healthy: Simulation, fleet: Fleet) -> None:
    blue = fleet["gamma-1"]
    poll_shard(ids(fleet), now=NOW)
    Command.objects.create(
        time=NOW,
        miner=blue,
        name="gamma-1",
        action="restart",
        actor="ann",
        outcome="verified",
        sent=True,
        restarts=True,
    )
    healthy.do(healthy.device("gamma-1").break_with, Fault(kind=FaultKind.REFUSE))
    for poll in (1, 2, 3):
        poll_shard(ids(fleet), now=NOW + poll * POLL)
    assert status(blue).state == "mining"
    poll_shard(ids(fleet), now=NOW + 5 * POLL)
    assert status(blue).state == "unreachable"


def test_a_newer_observation_is_not_overwritten(fleet: Fleet) -> None:
    blue = fleet["gamma-1"]
    MinerStatus.objects.filter(miner=blue).update(polled_at=NOW + POLL, state="paused", mode="eco")
    poll_shard(ids(fleet), now=NOW)
    assert (status(blue).state, status(blue).mode) == ("paused", "eco")
    assert status(fleet["gamma-2"]).state == "mining"


def test_an_alert_that_a_crash_left_open_is_closed_by_the_next_poll(fleet: Fleet) -> None:
    blue = fleet["gamma-1"]
    Alert.objects.create(key=f"miner-unreachable:{blue.subject}", message="?", subject=blue.subject, opened_at=NOW)
    poll_shard(ids(fleet), now=NOW)
    assert not Alert.objects.exists()


def test_those_that_fail_stand_in_shards_of_their_own_at_the_end(make_miner: Callable[..., Miner]) -> None:
    made = [make_miner(f"m{n}", port=n + 1, status_failures=n % 10 == 0) for n in range(250)]
    Miner.objects.filter(pk=made[1].pk).update(enabled=False)
    MinerStatus.objects.filter(miner=made[2]).delete()
    cut = shards()
    assert [(shard.key, len(shard.ids)) for shard in cut] == [
        ("well-0", 100),
        ("well-1", 100),
        ("well-2", 24),
        ("failing-0", 25),
    ]
    assert sorted(pk for shard in cut for pk in shard.ids) == [miner.pk for n, miner in enumerate(made) if n != 1]
    assert MinerStatus.objects.filter(miner=made[2]).exists()


def test_a_name_server_that_hangs_costs_the_named_miner_only(
    fleet: Fleet, make_miner: Callable[..., Miner], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()
    named = [make_miner(f"named-{n}", host=f"attic-{n}.lan") for n in range(8)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(30) and [])
    started = monotonic()
    try:
        poll_shard([*(miner.pk for miner in named), *ids(fleet)], now=NOW)
        took_s = monotonic() - started
    finally:
        answered.set()
    assert took_s < 5
    assert {status(miner).failure for miner in named} == {"no answer within 0.5 s"}
    assert {status(miner).state for miner in fleet.values()} == {"mining"}


def test_a_name_that_is_no_longer_known_is_said_in_words(
    make_miner: Callable[..., Miner], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    miner = make_miner("named", host="attic.lan")
    [seen] = poll_shard([miner.pk], now=NOW)
    assert seen.failure == "the address attic.lan cannot be used: Name or service not known"
