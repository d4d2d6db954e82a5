"""Devices that say yes and do nothing: doubted, backed off from, told of, and never worn out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hmm_project.journal.models import Alert, Event
from miners.commands import Order, deeds, execute, review
from miners.commands.guards import FLASH_BUDGET
from miners.contract import PoolEndpoint
from miners.models import Action, Command, Miner, MinerStatus, Outcome
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.http import Response
from miners.simulators.simulation import Simulation
from tests.miners.commands.conftest import NOW, wait_until
from tests.miners.conftest import House

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("live", "impatient")]

POOL = PoolEndpoint(host="other.pool", port=3334, user="bc1qother")
GAMMA = {"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0"}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for what will not come."""
    for action in (Action.MODE, Action.TUNE, Action.POOL):
        monkeypatch.setitem(deeds.DEEDS, action, replace(deeds.DEEDS[action], verify_s=0.2))


@pytest.fixture
def deaf(house: House) -> Simulation:
    """A Bitaxe whose firmware knows none of the keys that are patched: it answers 200."""
    simulation = house(GAMMA)
    simulation.device("gamma")._patch_keys = {}
    return simulation


def test_200_and_nothing_changed_is_unverified_backed_off_from_and_told(deaf: Simulation, owned: Callable[..., Miner]):
    gamma = deaf.device("gamma")
    order = Order(Action.MODE, "strategy", "cheap", owned(deaf, "gamma").pk, mode="eco")
    writes = []
    for second in (0, 30, 61, 120, 182):
        execute([order], now=NOW + timedelta(seconds=second))
        writes.append(gamma.counters.writes)

    assert writes == [1, 1, 2, 2, 3]
    assert set(Command.objects.values_list("outcome", flat=True)) == {Outcome.UNVERIFIED}
    assert "still shows mode standard" in Command.objects.first().detail
    assert Event.objects.filter(kind="command-failed").count() == 3


def test_the_third_time_is_an_alert_that_closes_when_the_device_takes_it(deaf: Simulation, owned: Callable[..., Miner]):
    """200 and nothing changed: doubted, tried ever less often, told to a person, and taken back when it has come."""
    gamma, miner = deaf.device("gamma"), owned(deaf, "gamma")
    keys = type(gamma)(gamma.spec, gamma.pools, gamma.clock, 0)._patch_keys
    order = Order(Action.MODE, "strategy", "cheap", miner.pk, mode="eco")
    opened = []
    for second in (0, 61, 182):
        execute([order], now=NOW + timedelta(seconds=second))
        opened.append(list(Alert.objects.values_list("key", flat=True)))

    assert opened == [[], [], [f"setting-ignored:miner:{miner.pk}"]]
    assert "mode eco was unverified 3 times" in Alert.objects.get().message

    gamma._patch_keys = keys
    [taken] = execute([order], now=NOW + timedelta(seconds=430))

    assert taken.outcome == Outcome.VERIFIED
    assert not Alert.objects.exists()
    assert Event.objects.get(kind="setting-ignored-over").message == "gamma: mode eco has come"


def test_what_comes_about_by_itself_or_is_not_asked_for_any_more_closes_its_alert(
    deaf: Simulation, owned: Callable[..., Miner]
):
    miner = owned(deaf, "gamma")
    order = Order(Action.MODE, "strategy", "cheap", miner.pk, mode="eco")
    for second in (0, 61, 182):
        execute([order], now=NOW + timedelta(seconds=second))

    review.review(NOW + timedelta(minutes=20))
    assert Alert.objects.exists()
    review.review(NOW + timedelta(minutes=70))
    assert not Alert.objects.exists()

    for second in (7200, 7261, 7382):
        execute([order], now=NOW + timedelta(seconds=second))
    assert Alert.objects.exists()
    MinerStatus.objects.filter(miner=miner).update(mode="eco")
    review.review(NOW + timedelta(seconds=7400))
    assert not Alert.objects.exists()


def test_what_a_person_tries_in_vain_is_no_alert(deaf: Simulation, owned: Callable[..., Miner]):
    order = Order(Action.MODE, "ada", "", owned(deaf, "gamma").pk, mode="eco")
    for second in range(4):
        execute([order], now=NOW + timedelta(seconds=second))

    assert not Alert.objects.exists()


ECO = {"mode": "eco"}
TUNED = {"frequency_mhz": 550.0, "core_voltage_mv": 1200.0}


@pytest.mark.parametrize(
    ("kind", "action", "argument"),
    [
        *((kind, Action.MODE, ECO) for kind in ("bitaxe", "nerdqaxe")),
        *((kind, Action.TUNE, TUNED) for kind in ("bitaxe", "nerdqaxe")),
        *((kind, Action.POOL, {"pool": POOL}) for kind in ("bitaxe", "nerdqaxe", "nmminer")),
    ],
)
def test_every_family_that_says_yes_and_does_nothing_is_doubted(
    kind: str, action: Action, argument: dict[str, Any], house: House, owned: Callable[..., Miner]
):
    simulation = house({"kind": kind, "name": "deaf"})
    miner = owned(simulation, "deaf")
    simulation.do(simulation.device("deaf").break_with, Fault(kind=FaultKind.IGNORE))

    [command] = execute([Order(action, "ada", "", miner.pk, **argument)], now=NOW)

    assert (command.outcome, command.sent) == (Outcome.UNVERIFIED, True)
    assert simulation.device("deaf").counters.writes >= 1


def test_a_person_may_insist(deaf: Simulation, owned: Callable[..., Miner]):
    order = Order(Action.MODE, "ada", "", owned(deaf, "gamma").pk, mode="eco")
    for second in (0, 1, 2):
        execute([order], now=NOW + timedelta(seconds=second))

    assert deaf.device("gamma").counters.writes == 3


def test_the_flash_budget_ends_with_one_alert_that_the_next_write_closes(house: House, owned: Callable[..., Miner]):
    simulation = house(GAMMA)
    miner = owned(simulation, "gamma")
    Command.objects.bulk_create(
        Command(
            time=NOW - timedelta(hours=1),
            miner=miner,
            name=miner.name,
            action=Action.TUNE,
            outcome=Outcome.VERIFIED,
            sent=True,
        )
        for _ in range(FLASH_BUDGET)
    )
    order = Order(Action.MODE, "strategy", "", miner.pk, mode="eco")

    refused = [execute([order], now=NOW + timedelta(minutes=minute))[0] for minute in range(3)]

    assert {command.outcome for command in refused} == {Outcome.REFUSED}
    assert simulation.device("gamma").counters.writes == 0
    assert Alert.objects.get().key == f"flash-budget:miner:{miner.pk}"
    assert Command.objects.filter(outcome=Outcome.REFUSED).count() == 1

    [tomorrow] = execute([order], now=NOW + timedelta(hours=24))
    assert tomorrow.outcome == Outcome.VERIFIED
    assert not Alert.objects.exists()


def test_a_request_that_broke_off_is_read_back_before_it_counts_as_failed(house: House, owned: Callable[..., Miner]):
    """The write arrives, its answer does not."""
    simulation = house({**GAMMA, "latency_ms": 0})
    gamma = simulation.device("gamma")
    miner = owned(simulation, "gamma")
    real = type(gamma).handle

    def handle(request: object) -> object:
        response = real(gamma, request)
        if request.method == "PATCH":
            response = replace(response, status=503)
        return response

    gamma.handle = handle
    [command] = execute([Order(Action.MODE, "ada", "", miner.pk, mode="eco")], now=NOW)

    assert command.outcome == Outcome.VERIFIED


def test_a_pool_that_is_stored_without_the_restart_it_needs_is_doubted(house: House, owned: Callable[..., Miner]):
    simulation = house(GAMMA)
    gamma = simulation.device("gamma")
    gamma.reboot = lambda: None

    [command] = execute([Order(Action.POOL, "ada", "", owned(simulation, "gamma").pk, pool=POOL)], now=NOW)

    assert (command.outcome, command.restarts) == (Outcome.UNVERIFIED, True)
    assert not Event.objects.exists()


def test_a_restart_that_was_lost_behind_a_new_pool_is_given_again(
    house: House, owned: Callable[..., Miner], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(deeds.DEEDS, Action.POOL, replace(deeds.DEEDS[Action.POOL], verify_s=2.5))
    simulation = house(GAMMA)
    gamma = simulation.device("gamma")
    restarts: list[object] = []
    real = type(gamma).handle

    def handle(request: object) -> object:
        if request.path == "/api/system/restart":
            restarts.append(request)
            if len(restarts) == 1:
                return Response(b"", 503)
        return real(gamma, request)

    gamma.handle = handle
    [command] = execute([Order(Action.POOL, "ada", "", owned(simulation, "gamma").pk, pool=POOL)], now=NOW)

    assert (command.outcome, len(restarts)) == (Outcome.VERIFIED, 2)
    assert gamma.describe()["pool"] == "other.pool:3334"


def test_a_pool_that_is_never_taken_is_told_of_the_second_time(deaf: Simulation, owned: Callable[..., Miner]):
    order = Order(Action.POOL, "strategy", "", owned(deaf, "gamma").pk, pool=POOL)
    told = []
    for second in (0, 61):
        execute([order], now=NOW + timedelta(seconds=second))
        told.append(Event.objects.filter(kind="command-failed").count())
        wait_until(lambda: deaf.device("gamma").awake)

    assert told == [0, 1]
