"""A whole search as the worker runs it: real devices on loopback, real Redis, the list of miners beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hmm_project.journal.models import Event
from miners.discovery import running, runs
from miners.discovery.known import sightings
from miners.discovery.runs import Run, State
from miners.models import Miner
from miners.services import create_miner
from miners.simulators.faults import Fault, FaultKind
from tests.miners.conftest import House

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("silence")]


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    told: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(running.live, "announce", lambda kind, ids: told.append((kind, list(ids))))
    return told


@pytest.fixture(autouse=True)
def short_ears(monkeypatch: pytest.MonkeyPatch) -> None:
    """mDNS has tests of its own."""
    monkeypatch.setattr(running, "ANNOUNCED_S", 0.01)


def search(network: str) -> Run:
    started: list[int] = []
    running.start(network, now=timezone.now(), send=started.append)
    running.discover(started[0], clock=timezone.now)
    run = runs.get(started[0], now=timezone.now())
    assert run
    return run


def add(name: str, kind: str, host: str, port: int, **fields: Any) -> Miner:
    return create_miner(actor="test", now=timezone.now(), name=name, kind=kind, host=host, port=port, **fields)


def test_a_network_is_searched_and_everybody_is_told(house: House, announced: list[tuple[str, list[int]]]) -> None:
    house(
        {"kind": "bitaxe", "name": "gamma", "host": "127.77.1.3", "port": 8080},
        {"kind": "avalon_nano", "name": "nano", "host": "127.77.1.4", "port": 4028},
        {"kind": "nerdqaxe", "name": "nerd", "host": "127.77.1.5", "port": 8080},
        {"kind": "nmminer", "name": "tiny", "host": "127.77.1.6", "port": 8080},
    )
    run = search("127.77.1.0/28")
    assert (run.state, run.network, run.hosts, run.done, run.why) == (State.DONE, "127.77.1.0/28", 14, 14, "")
    assert {(each.kind, each.host) for each in run.found} == {
        ("bitaxe", "127.77.1.3"),
        ("avalon_nano", "127.77.1.4"),
        ("nerdqaxe", "127.77.1.5"),
        ("nmminer", "127.77.1.6"),
    }
    assert run.finished_at
    assert {name for name, _ in announced} == {"discovery-changed"}
    assert all(ids == [run.id] for _, ids in announced)


def test_who_broadcasts_in_that_network_is_among_the_found(say: Callable[..., None]) -> None:
    say("127.77.2.5", at=timezone.now())
    say("127.77.3.5", at=timezone.now())
    assert [(each.host, each.way) for each in search("127.77.2.0/28").found] == [("127.77.2.5", "broadcast")]


def test_the_port_of_a_known_miner_is_knocked_at_everywhere(house: House) -> None:
    house(
        {"kind": "bitaxe", "name": "known", "host": "127.77.1.3", "port": 18_099},
        {"kind": "bitaxe", "name": "new", "host": "127.77.1.4", "port": 18_099},
    )
    add("Known", "bitaxe", "127.77.1.3", 18_099)
    assert {each.host for each in search("127.77.1.0/29").found} == {"127.77.1.3", "127.77.1.4"}


def test_a_known_miner_at_a_new_address_is_bound_to_it(house: House) -> None:
    simulation = house({"kind": "bitaxe", "name": "gamma", "host": "127.77.1.3", "port": 8080})
    mac = simulation.device("gamma").spec.mac
    moved = add("Blue", "bitaxe", "127.77.9.9", 80, mac=mac)
    run = search("127.77.1.0/29")
    moved.refresh_from_db()
    assert (moved.host, moved.port) == ("127.77.1.3", 8080)
    assert run.moved == (mac,)
    assert Event.objects.filter(kind="miner-moved", subject=moved.subject).count() == 1
    (sighting,) = sightings(run.found, run.moved)
    assert (sighting.known_as, sighting.moved) == (moved, True)
    assert search("127.77.1.0/29").moved == ()


def test_devices_that_hang_are_nobody_and_the_others_are_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "ANSWER_S", 0.5)
    simulation = house(
        {"kind": "bitaxe", "name": "hung", "host": "127.77.1.3", "port": 8080},
        {"kind": "bitaxe", "name": "well", "host": "127.77.1.4", "port": 8080},
    )
    simulation.do(simulation.device("hung").break_with, Fault(kind=FaultKind.TIMEOUT))
    assert [each.host for each in search("127.77.1.0/29").found] == ["127.77.1.4"]


def test_it_says_that_it_is_alive_though_nothing_is_found(
    house: House, announced: list[tuple[str, list[int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "ANSWER_S", 1)
    monkeypatch.setattr(running, "ALIVE_EVERY", timedelta(seconds=0.1))
    simulation = house({"kind": "bitaxe", "name": "hung", "host": "127.77.1.1", "port": 8080})
    simulation.do(simulation.device("hung").break_with, Fault(kind=FaultKind.TIMEOUT))
    search("127.77.1.1")
    assert len(announced) >= 3


def test_a_failure_ends_it_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise OSError("no socket left")

    monkeypatch.setattr(running, "scan", broken)
    run = running.start("127.77.1.0/29", now=timezone.now(), send=lambda _: None)
    with pytest.raises(OSError, match="no socket left"):
        running.discover(run.id, clock=timezone.now)
    failed = runs.get(run.id, now=timezone.now())
    assert failed
    assert (failed.state, bool(failed.finished_at)) == (State.FAILED, True)
    assert "log" in failed.why
    assert running.start("127.77.1.0/29", now=timezone.now(), send=lambda _: None).id > run.id


def test_it_takes_no_longer_than_the_longest_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LONGEST_S", 0.5)
    simulation = house({"kind": "bitaxe", "name": "hung", "host": "127.77.1.1", "port": 8080})
    simulation.do(simulation.device("hung").break_with, Fault(kind=FaultKind.TIMEOUT))
    run = running.start("127.77.1.1", now=timezone.now(), send=lambda _: None)
    with pytest.raises(TimeoutError):
        running.discover(run.id, clock=timezone.now)
    assert runs.get(run.id, now=timezone.now()).state is State.FAILED  # type: ignore[union-attr]


def test_a_search_that_has_ended_is_not_run_again(house: House) -> None:
    simulation = house({"kind": "bitaxe", "name": "gamma", "host": "127.77.1.3", "port": 8080})
    run = search("127.77.1.0/29")
    asked = simulation.device("gamma").counters.reads
    running.discover(run.id, clock=timezone.now)
    running.discover(run.id + 1, clock=timezone.now)
    assert simulation.device("gamma").counters.reads == asked


@pytest.mark.parametrize("text", ["8.8.8.0/24", "10.0.0.0/8", "fd00::/120", "x"])
def test_what_is_refused_starts_nothing(text: str) -> None:
    started: list[int] = []
    with pytest.raises(running.Refused):
        running.start(text, now=timezone.now(), send=started.append)
    assert started == []


class TestKnownAs:
    def test_by_identity_else_by_address(self) -> None:
        by_mac = add("A", "bitaxe", "192.168.1.9", 80, mac="02:00:00:00:00:01")
        by_address = add("B", "bitaxe", "192.168.1.10", 80)
        lottery = add("C", "nmminer", "192.168.1.11", 12_345)
        found = [
            found_at("192.168.1.50", mac="02:00:00:00:00:01"),
            found_at("192.168.1.10", mac="02:00:00:00:00:02"),
            found_at("192.168.1.11", kind="nmminer"),
            found_at("192.168.1.9", mac="02:00:00:00:00:03"),
            found_at("192.168.1.10", kind="nerdqaxe"),
        ]
        known = [sighting.known_as for sighting in sightings(found)]
        assert known == [by_mac, by_address, lottery, None, None]

    def test_nothing_found_asks_no_database(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            assert sightings([]) == []


def found_at(host: str, *, kind: str = "bitaxe", mac: str | None = None) -> Any:
    from miners.contract import Found

    return Found(kind=kind, host=host, port=80, mac=mac)
