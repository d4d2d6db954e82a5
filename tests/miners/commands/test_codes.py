"""A NerdQAxe whose settings are locked by a one-time code: said, never tried blindly, open as long as its session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from miners import codes
from miners.commands import Order, execute
from miners.models import Action, Command, Miner, Outcome
from miners.polling import poll_shard
from miners.simulators.simulation import Simulation
from tests.miners.commands.conftest import NOW, status_of
from tests.miners.conftest import House

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("live")]
CODE = "123456"


@pytest.fixture
def locked(house: House) -> Simulation:
    return house({"kind": "nerdqaxe", "name": "nerd", "otp": CODE})


def set_mode(miner: Miner, mode: str, actor: str = "strategy", at: float = 0) -> Command:
    return execute([Order(Action.MODE, actor, "", miner.pk, mode=mode)], now=NOW + timedelta(seconds=at))[0]


def test_without_a_code_nothing_is_sent_and_the_strategy_waits_for_a_person(
    locked: Simulation, owned: Callable[..., Miner]
):
    miner = owned(locked, "nerd")

    strategy = set_mode(miner, "eco")
    person = set_mode(miner, "eco", "ada")

    assert (strategy.outcome, strategy.pk) == (Outcome.REFUSED, None)
    assert (person.outcome, "one-time code" in person.detail) == (Outcome.REFUSED, True)
    assert locked.device("nerd").counters.writes == 0


def test_with_the_code_of_a_person_the_strategy_goes_on(locked: Simulation, owned: Callable[..., Miner]):
    miner = owned(locked, "nerd")
    codes.enter(miner, CODE, actor="ada", now=NOW)

    assert set_mode(miner, "eco").outcome == Outcome.VERIFIED
    assert set_mode(miner, "standard", at=60).outcome == Outcome.VERIFIED


def test_a_session_the_device_takes_no_more_is_refused_once_forgotten_and_not_tried_again(
    locked: Simulation, owned: Callable[..., Miner]
):
    nerd, miner = locked.device("nerd"), owned(locked, "nerd")
    Miner.objects.filter(pk=miner.pk).update(code_session="of-another-day", code_session_until=NOW + timedelta(hours=9))

    refused = set_mode(miner, "eco")
    asked = nerd.counters.writes
    again = [set_mode(miner, "eco", at=at) for at in (60, 120, 1800, 7200)]

    miner.refresh_from_db()
    assert (refused.outcome, "enter a new code" in refused.detail) == (Outcome.REFUSED, True)
    assert (miner.code_session, miner.code_session_until) == ("", None)
    assert {(command.outcome, command.pk) for command in again} == {(Outcome.REFUSED, None)}
    assert nerd.counters.writes == asked == 1
    poll_shard([miner.pk], now=NOW + timedelta(seconds=7201))
    assert status_of(miner).needs_code


def test_what_needs_no_code_is_done_without(locked: Simulation, owned: Callable[..., Miner]):
    miner = owned(locked, "nerd")

    [restart] = execute([Order(Action.RESTART, "ada", "", miner.pk)], now=NOW)

    assert restart.outcome == Outcome.VERIFIED
