"""What is kept of a decision: desired states, memory, a record, alerts and news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hmm_project.journal.models import Alert, Event
from miners.models import Command, DesiredState, Miner
from miners.models.power import SwitchState
from pools.models import Pool
from strategy import act, gather, services
from strategy.decide import decide
from strategy.models import Band, Decision, Memory, Strategy
from tests.strategy.rows import HALF_HOUR, NOW, SLOT, live, owned, plugged, priced, seen_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    said: list[tuple[str, list[int]]] = []
    for module in ("desired", "records"):
        monkeypatch.setattr(f"strategy.{module}.announce", lambda kind, ids=(): said.append((kind, list(ids))))
    return said


def events(*kinds: str) -> list[str]:
    return [event.message for event in Event.objects.filter(kind__in=kinds).order_by("pk")]


def test_desired_states_are_stored_with_their_sentence(announced: list[Any]) -> None:
    priced("31 31 8")
    owned("Blue")
    owned("Stuck", capabilities=[], options=None)
    services.tick(NOW)
    blue, stuck = DesiredState.objects.order_by("miner__name")
    assert (blue.power, blue.mode, blue.uncontrollable, blue.decided_at) == ("off", None, False, NOW)
    assert blue.because == "31p is in 'Peak' (30p and above): paused"
    assert (stuck.power, stuck.uncontrollable) == ("off", True)
    assert announced == [("miners-changed", [blue.pk, stuck.pk]), ("strategy-changed", [])]


@pytest.mark.parametrize(("state", "in_force"), [("LIVE", True), ("SHADOW", False), ("PAUSED", False)])
def test_only_live_is_in_force(state: str, in_force: bool) -> None:
    priced("31 31 8")
    owned("Blue")
    services.set_state(state, actor="ann", now=NOW)
    snapshot = gather.gather(NOW)
    act.keep(decide(snapshot), snapshot, now=NOW)
    assert DesiredState.objects.get().in_force is in_force


def test_what_stays_is_not_written_again(announced: list[Any]) -> None:
    priced("8 8 14")
    owned("Blue")
    services.tick(NOW)
    announced.clear()
    services.tick(NOW + timedelta(minutes=1))
    assert DesiredState.objects.get().decided_at == NOW
    assert Memory.objects.get().saved_at == NOW + timedelta(minutes=1)
    assert not announced


def test_a_miner_without_a_desired_row_gets_one_and_a_removed_one_is_left_out() -> None:
    priced("8 8")
    blue, gone = owned("Blue"), owned("Gone")
    DesiredState.objects.all().delete()
    snapshot = gather.gather(NOW)
    gone.delete()
    act.keep(decide(snapshot), snapshot, now=NOW)
    assert list(DesiredState.objects.values_list("miner", "mode")) == [(blue.pk, "standard")]


def test_it_takes_the_same_few_queries_however_many_miners() -> None:
    priced("8 14")

    def queries() -> int:
        snapshot = gather.gather(NOW)
        with CaptureQueriesContext(connection) as captured:
            act.keep(decide(snapshot), snapshot, now=NOW)
        return len(captured)

    owned("First")
    queries()
    owned("Second")
    few = queries()
    for i in range(20):
        owned(f"M{i}")
    assert queries() == few


def test_a_record_is_kept_when_a_slot_begins_or_something_changes() -> None:
    priced("8 8 14 14")
    owned("Blue")
    for minutes in (0, 1, 2, 20, 21, 50):
        services.tick(NOW + timedelta(minutes=minutes))
    assert [(row.time, row.band) for row in Decision.objects.order_by("time")] == [
        (NOW, "Cheap"),
        (NOW + timedelta(minutes=20), "Cheap"),
        (NOW + timedelta(minutes=50), "Normal"),
    ]
    owned("Green")
    services.tick(NOW + timedelta(minutes=51))
    assert Decision.objects.count() == 4


def test_a_record_tells_what_was_decided_and_why() -> None:
    priced("31 31 8")
    miner = owned("Blue", switch=plugged("Shelf"))
    services.tick(NOW)
    row = Decision.objects.get()
    assert (row.slot_from, row.band, row.state, str(row.price_pence)) == (SLOT, "Peak", "SHADOW", "31.0000")
    assert row.because == "31p is in 'Peak' (30p and above): off until 13:00"
    assert row.record["goal"] == "off"
    assert row.record["next_change"]["because"].startswith("8p is in 'Cheap'")
    assert row.record["miners"] == [
        {
            "id": miner.pk,
            "name": "Blue",
            "power": "off",
            "mode": None,
            "pool_id": None,
            "lever": "plug",
            "because": "31p is in 'Peak' (30p and above): off at its plug",
        }
    ]
    assert row.record["switches"][0]["because"] == "31p is in 'Peak' (30p and above): off with Blue"


def test_old_records_go() -> None:
    Decision.objects.create(time=NOW - timedelta(days=31), state="LIVE", because="long ago", record={})
    priced("8")
    services.tick(NOW)
    assert [row.band for row in Decision.objects.all()] == ["Cheap"]


def test_a_new_band_is_an_event_and_a_new_slot_is_none() -> None:
    priced("8 8 14 14 31 31")
    for slot in range(5):
        services.tick(SLOT + slot * HALF_HOUR)
    assert events("band-entered") == [
        "In shadow: 8p is in 'Cheap' (5p to 10p): mining until 13:00",
        "In shadow: 14p is in 'Normal' (10p to 20p): mining until 14:00",
        "In shadow: 31p is in 'Peak' (30p and above): off until at least 15:00",
    ]


def test_a_price_that_is_missing_is_one_alert_and_one_recovery() -> None:
    priced("8")
    owned("Blue")
    live(prefer_soft_off=True)
    alerts = []
    for minutes in range(20, 100, 5):
        now = SLOT + timedelta(minutes=minutes)
        seen_again(now, state="paused")
        if minutes == 90:
            priced("8 8", SLOT + timedelta(minutes=90))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(act, "execute", lambda orders, now: [])
            services.tick(now)
        alerts.append(Alert.objects.filter(key="price-missing:").count())
    assert "".join(map(str, alerts)) == "0011111111111100"
    assert events("price-missing") == ["No price is known since 12:30, 'Cheap' is held until 13:00: mining, then off"]
    assert events("price-missing-over") == [
        "A price is known again: 8p is in 'Cheap' (5p to 10p): mining until at least 14:30"
    ]


def test_an_uncontrollable_miner_is_an_error_until_it_need_not_be_off() -> None:
    priced("31 8 8")
    stuck = owned("Stuck", capabilities=[], options=None)
    live()
    services.tick(NOW)
    alert = Alert.objects.get()
    assert (alert.key, alert.level) == (f"miner-uncontrollable:miner:{stuck.pk}", "error")
    seen_again(NOW + HALF_HOUR)
    services.tick(NOW + HALF_HOUR)
    assert not Alert.objects.exists()
    assert events("miner-uncontrollable-over") == ["Stuck need not be switched off any more."]


def test_alerts_of_others_are_left_alone() -> None:
    Alert.objects.create(key="miner-unreachable:miner:7", message="away", subject="miner:7", opened_at=NOW)
    services.tick(NOW)
    assert Alert.objects.filter(key="miner-unreachable:miner:7").exists()


def test_a_champion_is_news_once() -> None:
    priced("25 25 25")
    owned("Blue")
    live()
    for minutes in range(3):
        seen_again(NOW + timedelta(minutes=minutes))
        services.tick(NOW + timedelta(minutes=minutes))
    assert events("champion-selected") == ["Blue is champion with 12.5 J/TH"]
    assert DesiredState.objects.get().champion


@pytest.mark.parametrize("state", ["SHADOW", "PAUSED"])
def test_without_live_it_is_decided_and_shown_and_nothing_is_sent(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act, "execute", lambda orders, now: pytest.fail("something was sent"))
    Strategy.objects.update(state=state)
    priced("31")
    owned("Blue", switch=plugged("Shelf", SwitchState.ON))
    services.tick(NOW)
    assert DesiredState.objects.get().power == "off"
    assert Decision.objects.get().state == state
    assert not Command.objects.exists()


def test_a_crash_while_keeping_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("strategy.telling.tell", crash)
    priced("31")
    owned("Blue")
    with pytest.raises(RuntimeError):
        services.tick(NOW)
    assert DesiredState.objects.get().power == "leave"
    assert not Decision.objects.exists()
    assert not Memory.objects.exists()


def test_a_crash_between_deciding_and_acting_is_made_up_by_the_next_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    priced("31 31")
    owned("Blue")
    live()
    with monkeypatch.context() as patched:
        patched.setattr(act, "execute", crash)
        with pytest.raises(RuntimeError):
            services.tick(NOW)
    assert DesiredState.objects.get().power == "off"
    with monkeypatch.context() as patched:
        patched.setattr(act, "execute", lambda orders, now: sent.extend(order.action.value for order in orders) or [])
        services.tick(NOW + timedelta(minutes=1))
    assert sent == ["pause"]


def test_the_memory_is_what_the_next_tick_begins_with() -> None:
    priced("31 31 8 31 31")
    decision = services.tick(NOW)
    assert gather.gather(NOW).memory == decision.memory
    assert replace(services.outlook(NOW), notices=()) == replace(decision, notices=())


def test_pools_are_ordered_with_the_worker_of_each_miner(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool.objects.create(name="Solo", host="solo.example", port=3333, user="bc1qexample.{miner}")
    Band.objects.filter(name="Cheap").update(pool=pool)
    sent: list[Any] = []
    monkeypatch.setattr(act, "execute", lambda orders, now: sent.extend(orders) or [])
    priced("8 8")
    owned("Blue one", mode="standard")
    live()
    services.tick(NOW)
    (order,) = sent
    assert (order.action, order.actor, order.pool.user) == ("pool", "strategy", "bc1qexample.Blue-one")
    assert order.because == "8p is in 'Cheap' (5p to 10p): runs in standard"
    assert Miner.objects.count() == 1
