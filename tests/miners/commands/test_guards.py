"""Cool-down, back-off and flash budget from drawn histories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.commands import Order, guards
from miners.commands.guards import FLASH_BUDGET, LONGEST_BACK_OFF_S, Past
from miners.commands.paces import Pace, pace_of
from miners.models import Action, Outcome

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ECO = {"mode": "eco"}
PACE = Pace(restart_s=30, back_off_s=60)


def order(actor: str = "strategy", mode: str = "eco") -> Order:
    return Order(Action.MODE, actor, "", miner_id=1, mode=mode)


def past(ago_s: float, outcome: str = Outcome.UNVERIFIED, **values: Any) -> Past:
    given = {"action": Action.MODE, "argument": ECO, "sent": True, "restarts": False, **values}
    return Past(time=NOW - timedelta(seconds=ago_s), outcome=outcome, **given)


@pytest.mark.parametrize(
    ("ago_s", "waits"),
    [
        ([], False),
        ([59], True),
        ([60], False),
        ([61, 200], True),
        ([119, 200], True),
        ([120, 200], False),
        ([239, 400, 500], True),
        ([240, 400, 500], False),
    ],
)
def test_the_pause_doubles_with_each_failure(ago_s: list[float], waits: bool):
    history = [past(ago) for ago in ago_s]

    assert bool(guards.back_off(history, order(), PACE, NOW)) is waits


def test_a_person_who_insists_is_not_made_to_wait():
    assert guards.back_off([past(1)], order("ada"), PACE, NOW) is None


@pytest.mark.parametrize(
    ("history", "failures"),
    [
        ([past(10), past(20)], 2),
        ([past(10, Outcome.UNREACHABLE, sent=False), past(20, Outcome.REFUSED)], 2),
        ([past(10), past(20, Outcome.VERIFIED), past(30)], 1),
        ([past(10), past(20, Outcome.UNCHANGED, sent=False), past(30)], 1),
        ([past(10, argument={"mode": "oc"}), past(20)], 1),
        ([past(10, action=Action.PAUSE), past(20)], 1),
        ([past(7201), past(7300)], 0),
        ([past(10), past(7300)], 1),
    ],
)
def test_only_failures_of_the_very_same_order_in_a_row_count(history: list[Past], failures: int):
    assert len(guards.failures_in_a_row(history, order(), NOW)) == failures


@pytest.mark.parametrize("action", [Action.RESTART, Action.IDENTIFY])
def test_what_cannot_be_proved_is_no_failure(action: Action):
    assert not guards.has_failed(past(10, action=action, argument={}))


@given(st.integers(1, 60))
def test_the_pause_is_never_longer_than_half_an_hour(failures: int):
    history = [past(LONGEST_BACK_OFF_S + number) for number in range(failures)]

    assert guards.back_off(history, order(), PACE, NOW) is None


@pytest.mark.parametrize(("ago_s", "rests"), [(0, True), (29, True), (30, False), (31, False)])
def test_after_a_restart_the_device_is_left_alone_for_a_while(ago_s: float, rests: bool):
    history = [past(ago_s, Outcome.VERIFIED, restarts=True)]

    assert bool(guards.cool_down(history, PACE, NOW)) is rests


def test_an_avalon_needs_three_minutes_and_a_stranger_a_careful_one():
    assert pace_of("avalon_nano").restart_s == 180
    assert pace_of("bitaxe").restart_s == pace_of("nerdqaxe").restart_s == 30
    assert pace_of("of a third party").restart_s == 60


@pytest.mark.parametrize(
    ("writes", "over"), [(FLASH_BUDGET - 1, False), (FLASH_BUDGET, True), (FLASH_BUDGET + 5, True)]
)
def test_the_flash_budget_bounds_a_person_too(writes: int, over: bool):
    history = [past(100, Outcome.VERIFIED) for _ in range(writes)]

    assert bool(guards.over_budget(history, order("ada"))) is over


def test_what_wrote_no_flash_costs_no_budget():
    free = [
        past(1, Outcome.REFUSED),
        past(1, Outcome.UNREACHABLE, sent=False),
        past(1, Outcome.VERIFIED, action=Action.PAUSE),
        past(1, Outcome.UNVERIFIED, action=Action.RESTART, restarts=True),
    ]

    assert guards.over_budget(free * FLASH_BUDGET, order()) is None
    pause = Order(Action.PAUSE, "strategy", "", miner_id=1)
    assert guards.over_budget([past(1, Outcome.VERIFIED)] * FLASH_BUDGET, pause) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": Action.MODE, "miner_id": 1},
        {"action": Action.MODE, "mode": "eco"},
        {"action": Action.MODE, "switch_id": 1, "mode": "eco"},
        {"action": Action.PLUG_ON, "miner_id": 1},
        {"action": Action.PAUSE, "miner_id": 1, "switch_id": 1},
        {"action": Action.TUNE, "miner_id": 1, "frequency_mhz": 400.0},
        {"action": Action.POOL, "miner_id": 1},
    ],
)
def test_an_order_says_what_to_do_to_whom(wrong: dict[str, Any]):
    with pytest.raises(ValueError, match="needs"):
        Order(actor="ada", because="", **wrong)
