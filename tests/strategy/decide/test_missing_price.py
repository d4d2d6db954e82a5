"""No price: the decision is held for a while, then the safe action. An unknown price is never cheap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from strategy.contract import Decision, Goal, Power, SafeAction, Settings
from strategy.decide import decide
from tests.strategy.drawn import HALF_HOUR, LIVE, NOON, bands_of, lived, snapshot

MINUTE = timedelta(minutes=1)
LOWEST = replace(LIVE, missing_price_action=SafeAction.LOWEST)


@pytest.mark.parametrize(
    ("prices", "hold_minutes", "taken"),
    [
        ("8 8 ? ? ?", 30, "2 2 2 - -"),
        ("8 8 ? ? ?", 60, "2 2 2 2 -"),
        ("8 8 ? ? ?", 0, "2 2 - - -"),
        ("8 ? 8 ? 8", 30, "2 2 2 2 2"),  # every gap has its own hold
        ("8 ? ? 8 8", 30, "2 2 - 2 2"),
        ("31 ? ? 8 8", 30, "5 5 - 2 2"),
        ("? ? 8", 30, "- - 2"),  # nothing was decided: nothing can be held
        ("31 ? 28 ?", 30, "5 5 5 5"),  # what follows 28p is not known
    ],
)
def test_the_decision_is_held_and_then_made_safe(prices: str, hold_minutes: int, taken: str) -> None:
    settings = replace(LIVE, hold=timedelta(minutes=hold_minutes))
    assert bands_of(lived(snapshot(prices, settings=settings), len(prices.split()))) == taken


def test_the_hold_ends_to_the_minute() -> None:
    decisions = list(lived(snapshot("8 ? ?"), 3, every=MINUTE))
    assert [each.goal for each in decisions[:60]] == [Goal.MINE] * 60
    assert [each.goal for each in decisions[60:]] == [Goal.OFF] * 30


def test_a_hold_may_end_within_a_slot() -> None:
    settings = replace(LIVE, hold=timedelta(minutes=20))
    goals = [each.goal for each in lived(snapshot("8 ?", settings=settings), 2, every=timedelta(minutes=10))]
    assert goals == ["mine"] * 5 + ["off"]


def test_a_hold_does_not_begin_again_after_an_outage_of_our_own() -> None:
    before = decide(snapshot("8"))
    after = decide(snapshot("8", now=NOON + timedelta(hours=3), memory=before.memory))
    assert after.goal is Goal.OFF


def test_prices_that_are_withdrawn_are_missing_from_that_moment() -> None:
    before = decide(snapshot("8 8 8"))
    withdrawn = decide(snapshot("", now=NOON + 10 * MINUTE, memory=before.memory))
    later = decide(snapshot("", now=NOON + 41 * MINUTE, memory=withdrawn.memory))
    assert (withdrawn.goal, later.goal) == (Goal.MINE, Goal.OFF)


@pytest.mark.parametrize(("prices", "goals"), [("8 ? ?", "mine mine lowest"), ("31 ? ?", "off off off")])
def test_the_lowest_mode_as_safe_action_starts_nothing(prices: str, goals: str) -> None:
    assert " ".join(each.goal for each in lived(snapshot(prices, settings=LOWEST), 3)) == goals


def test_the_lowest_mode_leaves_a_champion_alone() -> None:
    last = list(lived(snapshot("25 ? ?", settings=LOWEST), 3))[-1]
    assert (last.goal, last.champion_id) == (Goal.CHAMPION, 1)


def test_without_any_price_ever_everything_is_off() -> None:
    decision = decide(snapshot(""))
    assert decision.because == "No price is known: off until one is"
    assert [each.power for each in decision.miners] == [Power.OFF]


def test_without_a_ladder_everything_is_off_and_said() -> None:
    decision = decide(snapshot("8", bands=()))
    assert decision.because == "There is no ladder: off"
    assert [each.kind for each in decision.conditions] == ["ladder-missing"]


def test_one_condition_holds_as_long_as_no_price_is_known() -> None:
    decisions = list(lived(snapshot("8 ? ? 8"), 4, every=5 * MINUTE))
    assert "".join("x" if each.conditions else "." for each in decisions) == "......xxxxxxxxxxxx......"
    assert {condition.kind for each in decisions for condition in each.conditions} == {"price-missing"}


def sentences(prices: str, settings: Settings = LIVE) -> list[str]:
    return [each.because for each in lived(snapshot(prices, settings=settings), len(prices.split()))]


def test_the_sentence_says_since_when_and_until_when() -> None:
    assert sentences("8 ? ? 8") == [
        "8p is in 'Cheap' (5p to 10p): mining until at least 12:30",
        "No price is known since 12:30, 'Cheap' is held until 13:00: mining",
        "No price is known since 12:30: off until 13:30",
        "8p is in 'Cheap' (5p to 10p): mining until at least 14:00",
    ]
    assert sentences("8 ? ?", LOWEST)[-1] == "No price is known since 12:30: lowest mode until one is"


def test_the_alert_says_what_comes_next() -> None:
    held = list(lived(snapshot("8 ?"), 2))[-1]
    message = "No price is known since 12:30, 'Cheap' is held until 13:00: mining, then off"
    assert [each.message for each in held.conditions] == [message]


def test_the_end_of_the_hold_is_the_next_change() -> None:
    held: Decision = list(lived(snapshot("8 ?"), 2))[-1]
    assert held.next_change is not None
    assert held.next_change.at == NOON + 2 * HALF_HOUR
    assert held.next_change.band is None
    assert held.next_change.because == "No price is known since 12:30: off"


def test_no_change_is_foretold_where_prices_end() -> None:
    assert decide(snapshot("8 8")).next_change is None
