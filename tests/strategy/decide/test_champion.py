"""Only the most efficient miner runs, in its lowest mode; a failed one is not tried again during the visit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from miners.contract import State
from strategy.contract import BandAction, Decision, EngineState, Goal, MinerFacts, Power, Settings, Snapshot
from strategy.decide import decide
from strategy.decide.champion import BOOT_GRACE
from tests.strategy.drawn import LADDER, LIVE, NOON, band, lived, miner, plug, snapshot

MINUTE = timedelta(minutes=1)
DEAR = "25 25 25 25"


def champion_of(prices: str = DEAR, **more: Any) -> int | None:
    return decide(snapshot(prices, **more)).champion_id


@pytest.mark.parametrize(
    ("efficiencies", "champion"),
    [
        ([{"eco": 18.0}, {"eco": 15.0}, {"eco": 16.0}], 2),
        ([{"eco": 18.0, "oc": 1.0}, {"eco": 15.0, "oc": 30.0}], 2),  # at the mode it would run in
        ([{"standard": 14.0}, {"eco": 15.0}], 1),  # the nearest mode that is known
        ([{}, {"eco": 99.0}], 2),  # what is not known does not win
        ([{"eco": 15.0}, {"eco": 15.0}], 1),  # equal: always the same one
        ([{}, {}], None),
    ],
)
def test_the_best_j_per_th_in_its_lowest_mode_is_champion(
    efficiencies: list[dict[str, float]], champion: int | None
) -> None:
    fleet = tuple(miner(i, efficiency_j_th=each) for i, each in enumerate(efficiencies, 1))
    assert champion_of(miners=fleet) == champion


def test_the_champion_runs_in_its_lowest_mode_and_all_others_are_off() -> None:
    decision = decide(snapshot(DEAR, miners=(miner(1), miner(2, "Blue", efficiency_j_th={"eco": 9.5}), miner(3))))
    assert [(each.power, each.mode, each.champion) for each in decision.miners] == [
        (Power.OFF, None, False),
        (Power.ON, "eco", True),
        (Power.OFF, None, False),
    ]
    assert decision.because == "25p is in 'Champion' (20p to 30p): only Blue runs until at least 14:00"
    assert decision.miners[1].because == "25p is in 'Champion' (20p to 30p): champion: runs in eco"


@pytest.mark.parametrize(
    ("facts", "champion"),
    [
        ({"enabled": False}, 2),
        ({"reachable": False, "state": State.UNREACHABLE}, 2),
        ({"reachable": None, "state": State.UNKNOWN}, 1),  # not known is not wrong
        ({"reachable": False, "state": State.OFF, "switch_id": 1}, 1),  # its plug can be switched on
        ({"reachable": False, "state": State.OFF, "switch_id": 2}, 2),  # its plug is locked
    ],
)
def test_a_miner_that_cannot_be_started_is_passed_over(facts: dict[str, Any], champion: int) -> None:
    fleet = (miner(1, **facts), miner(2))
    plugs = (plug(1, on=False), plug(2, on=False, locked=True))
    assert champion_of(miners=fleet, switches=plugs) == champion


def test_the_champion_stays_until_the_band_is_left() -> None:
    better = (miner(1), miner(2))
    first = decide(snapshot("25 25 14 25 25", miners=better))
    overtaken = replace(better[1], efficiency_j_th={"eco": 1.0})
    scene = snapshot("25 25 14 25 25", miners=(better[0], overtaken), memory=first.memory)
    assert [each.champion_id for each in lived(scene, 5)] == [1, 1, None, 2, 2]


def test_a_champion_that_is_disabled_hands_over_without_having_failed() -> None:
    first = decide(snapshot(DEAR, miners=(miner(1), miner(2))))
    second = decide(snapshot(DEAR, miners=(miner(1, enabled=False), miner(2)), memory=first.memory))
    third = decide(snapshot(DEAR, miners=(miner(1), miner(2)), memory=second.memory))
    assert [each.champion_id for each in (first, second, third)] == [1, 2, 2]
    assert third.memory.champion is not None
    assert not third.memory.champion.excluded


DEAD = {"reachable": False, "state": State.UNREACHABLE}


def watched(scene: Snapshot, minutes: int, failing: dict[int, dict[str, Any]]) -> Iterator[Decision]:
    """A tick and a fresh observation every minute; the miners of `failing` fail from the second on."""
    for i in range(minutes):
        now = scene.now + i * MINUTE
        facts = [_seen(each, now, failing.get(each.id, {}) if i else {}) for each in scene.miners]
        decision = decide(replace(scene, now=now, miners=tuple(facts), memory=scene.memory))
        scene = replace(scene, memory=decision.memory)
        yield decision


def _seen(facts: MinerFacts, now: Any, changed: dict[str, Any]) -> MinerFacts:
    return replace(facts, observed_at=now, **changed)


POOL_UNKNOWN = {"pool_address": None}
PLUGGED = (miner(1, switch_id=1), miner(2), miner(3))


@pytest.mark.parametrize("failing", [DEAD, POOL_UNKNOWN])
def test_three_failures_in_a_row_promote_the_next(failing: dict[str, Any]) -> None:
    fleet = tuple(miner(i, pool_address="pool:3333") for i in (1, 2, 3))
    ladder = (*LADDER[:4], band("20", "Champion", champion=True, pool_id=7))
    decisions = list(watched(snapshot(DEAR, miners=fleet, bands=ladder), 12, {1: failing}))
    grace = int(BOOT_GRACE / MINUTE)
    changes_at = [i for i in range(1, 12) if decisions[i].champion_id != decisions[i - 1].champion_id]
    assert changes_at == [grace + 3]
    assert decisions[-1].champion_id == 2
    (notice,) = decisions[grace + 3].notices
    assert notice.kind == "champion-promoted"
    assert notice.message.startswith("M2 is champion with 17.0 J/TH, because M1 failed: ")


def test_a_plug_that_stays_off_is_a_failure() -> None:
    scene = snapshot(DEAR, miners=PLUGGED)
    memory = decide(replace(scene, switches=(plug(1),))).memory
    for i in range(1, 9):
        now = NOON + i * MINUTE
        off = replace(plug(1, on=False), observed_at=now)
        decision = decide(replace(scene, now=now, switches=(off,), memory=memory))
        memory = decision.memory
    assert decision.champion_id == 2


def test_an_observation_counts_once_and_a_good_one_starts_again() -> None:
    scene = snapshot(DEAR, miners=(miner(1), miner(2)))
    memory = decide(scene).memory
    failures = []
    seen = [(6, False), (6, False), (7, False), (8, True), (9, False), (10, None), (11, False), (12, False)]
    for i, (minute, reachable) in enumerate(seen):
        now = NOON + timedelta(minutes=6, seconds=60 * i)
        facts = miner(1, observed_at=NOON + minute * MINUTE, reachable=reachable)
        decision = decide(replace(scene, now=now, miners=(facts, miner(2)), memory=memory))
        memory = decision.memory
        assert memory.champion is not None
        failures.append(memory.champion.failures)
    assert failures == [1, 1, 2, 0, 1, 1, 2, 0]
    assert decision.champion_id == 2


def test_a_failed_one_is_not_tried_again_and_with_nobody_left_all_are_off() -> None:
    scene = snapshot("25 " * 10, miners=(miner(1), miner(2)))
    decisions = list(watched(scene, 30, {1: DEAD, 2: DEAD}))
    order = [decisions[0].champion_id]
    for each in decisions:
        if each.champion_id != order[-1]:
            order.append(each.champion_id)
    assert order == [1, 2, None]
    last = decisions[-1]
    assert last.goal is Goal.OFF
    assert all(each.power is Power.OFF for each in last.miners)
    assert last.because.startswith("25p is in 'Champion' (20p to 30p): off, no miner can be champion")
    assert [each.kind for each in last.conditions] == ["champion-missing"]
    assert [notice.kind for each in decisions for notice in each.notices] == [
        "champion-selected",
        "champion-promoted",
        "champion-exhausted",
    ]


def test_a_newcomer_ends_the_vacancy() -> None:
    first = decide(snapshot(DEAR, miners=()))
    assert first.champion_id is None
    assert champion_of(miners=(miner(5),), memory=first.memory) == 5


def test_in_shadow_nobody_fails_because_nobody_was_asked() -> None:
    scene = snapshot(DEAR, miners=(miner(1), miner(2)), settings=Settings(state=EngineState.SHADOW))
    decisions = list(watched(scene, 20, {1: DEAD}))
    assert {each.champion_id for each in decisions} == {1}
    assert not any(each.notices for each in decisions)


def test_a_champion_that_was_not_asked_has_its_time_to_start_when_it_is() -> None:
    off = {"reachable": False, "state": State.OFF, "switch_id": 1}
    scene = snapshot(DEAR, miners=(miner(1, **off), miner(2)), switches=(plug(1, on=False),))
    shadow = replace(scene, settings=Settings(state=EngineState.SHADOW))
    *_, imagined = watched(shadow, 20, {})
    first_minutes = watched(replace(scene, now=NOON + 20 * MINUTE, memory=imagined.memory), 5, {})
    assert {each.champion_id for each in first_minutes} == {1}


def test_a_champion_that_is_off_for_want_of_a_price_has_not_failed() -> None:
    fleet = (miner(1), miner(2))
    decisions = list(watched(snapshot("25 ? ? 25", miners=fleet), 94, {}))
    assert [each.goal for each in decisions[60:90:29]] == [Goal.OFF, Goal.OFF]
    scene = snapshot("25 ? ? 25", miners=fleet, memory=decisions[60].memory, now=NOON + 61 * MINUTE)
    resumed = list(watched(scene, 33, {1: DEAD}))[-1]  # dead because it is off, and not yet started again
    assert (resumed.goal, resumed.champion_id) == (Goal.CHAMPION, 1)


def test_without_champion_mode_a_champion_band_is_off() -> None:
    decision = decide(snapshot(DEAR, settings=replace(LIVE, champion_mode_enabled=False)))
    assert decision.goal is Goal.OFF
    assert decision.because == "25p is in 'Champion' (20p to 30p): off until at least 14:00"
    assert not decision.conditions


def test_any_band_can_be_a_champion_band() -> None:
    ladder = (band(None, "Low", champion=True), band("30", "Peak", action=BandAction.OFF))
    assert champion_of("3 3", bands=ladder) == 1


def test_a_neighbouring_champion_band_chooses_afresh() -> None:
    ladder = (band(None, "Low", champion=True), band("20", "High", champion=True))
    scene = snapshot("14 25", bands=ladder, miners=(miner(1), miner(2)))
    first, second = lived(scene, 2)
    overtaken = replace(scene, miners=(miner(1, efficiency_j_th={"eco": 99.0}), miner(2)), memory=first.memory)
    later = decide(replace(overtaken, now=second.now))
    assert (first.champion_id, second.champion_id, later.champion_id) == (1, 1, 2)


def test_nobody_is_champion_outside_a_champion_band() -> None:
    assert [each.champion_id for each in lived(snapshot("25 14 14"), 3)] == [1, None, None]
