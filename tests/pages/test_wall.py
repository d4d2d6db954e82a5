"""States in words, and who needs a person first. No database: rows that were never saved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from miners.models import DesiredState, Miner, MinerStatus
from miners.wall import Attention, cards, mood

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATUS = {field.name for field in MinerStatus._meta.fields}


def miner(name: str = "Blue", *, enabled: bool = True, **values: Any) -> Miner:
    status = {"state": "mining", "polled_at": NOW, "seen_at": NOW, "since": NOW - timedelta(hours=1)}
    status |= {key: value for key, value in values.items() if key in STATUS}
    wish = {key: value for key, value in values.items() if key not in STATUS}
    made = Miner(pk=len(name), name=name, enabled=enabled)
    made.status = MinerStatus(miner=made, **status)
    made.desired = DesiredState(miner=made, **({"power": "on", "in_force": True} | wish))
    return made


@pytest.mark.parametrize(
    ("values", "words", "attention"),
    [
        ({}, "Mining", Attention.RUNNING),
        ({"power": "off"}, "Mining, should be off", Attention.WATCH),
        ({"power": "off", "in_force": False}, "Mining", Attention.RUNNING),
        ({"state": "paused", "in_force": False}, "Paused", Attention.RESTING),
        ({"power": "leave"}, "Mining", Attention.RUNNING),
        ({"state": "paused", "power": "off"}, "Paused by plan", Attention.RESTING),
        ({"state": "paused"}, "Paused, should be mining", Attention.WATCH),
        ({"state": "paused", "power": "leave"}, "Paused", Attention.RESTING),
        ({"state": "off", "power": "off"}, "Off at plug by plan", Attention.RESTING),
        ({"state": "off"}, "Off at plug, should be mining", Attention.WATCH),
        ({"state": "unreachable", "since": NOW - timedelta(minutes=4)}, "Unreachable 4 min", Attention.ACT),
        ({"state": "unreachable", "since": NOW - timedelta(hours=5)}, "Unreachable 5 h", Attention.ACT),
        ({"state": "unreachable", "since": NOW - timedelta(days=3)}, "Unreachable 3 days", Attention.ACT),
        ({"state": "unreachable", "since": None}, "Unreachable", Attention.ACT),
        ({"state": "unknown"}, "Unknown", Attention.WATCH),
        ({"polled_at": None, "state": "unknown"}, "Waiting for its first reading", Attention.WATCH),
        ({"polled_at": NOW - timedelta(minutes=9)}, "No news for 9 min", Attention.WATCH),
        ({"overheated": True}, "Overheated", Attention.ACT),
        ({"uncontrollable": True, "power": "off"}, "Uncontrollable", Attention.ACT),
        ({"uncontrollable": True, "power": "off", "in_force": False}, "Mining", Attention.RUNNING),
        ({"enabled": False, "state": "unreachable"}, "Disabled", Attention.DISABLED),
    ],
)
def test_a_state_in_words(values: dict[str, Any], words: str, attention: Attention) -> None:
    found = mood(miner(**values), NOW)
    assert (found.words, found.attention) == (words, attention)


def test_every_mood_has_a_sign_beside_its_colour() -> None:
    for values in ({}, {"power": "off"}, {"state": "off"}, {"state": "unknown"}, {"overheated": True}):
        assert mood(miner(**values), NOW).icon


def test_what_needs_a_person_stands_first_and_the_champion_leads_its_group() -> None:
    fleet = [
        miner("Alf", state="paused", power="off"),
        miner("Bea"),
        miner("Cy", champion=True),
        miner("Dot", state="unreachable"),
        miner("Eve", enabled=False),
        miner("Flo", power="off"),
    ]
    assert [card.miner.name for card in cards(fleet, NOW)] == ["Dot", "Flo", "Cy", "Bea", "Alf", "Eve"]


@pytest.mark.parametrize(
    "values", [{"state": "unreachable"}, {"enabled": False}, {"polled_at": NOW - timedelta(hours=1)}]
)
def test_old_figures_are_not_shown_as_if_they_were_of_now(values: dict[str, Any]) -> None:
    (card,) = cards([miner(hashrate_ghs=1000.0, power_w=17.5, **values)], NOW)
    assert not card.hashing
    assert card.figures.power_w is None
    assert card.of_expected is None


def test_the_gauge_is_the_share_of_what_the_device_expects_of_itself() -> None:
    (card,) = cards([miner(hashrate_ghs=900.0, expected_hashrate_ghs=1000.0)], NOW)
    assert card.of_expected == 90
    (proud,) = cards([miner(hashrate_ghs=1100.0, expected_hashrate_ghs=1000.0)], NOW)
    assert proud.of_expected == 100


def test_nobody_is_champion_of_what_would_be_done() -> None:
    (card,) = cards([miner(champion=True, in_force=False)], NOW)
    assert not card.champion


def test_the_reason_of_a_failure_stands_before_the_plans_sentence() -> None:
    (card,) = cards([miner(state="unreachable", failure="No answer within 5 s.", because="7p is cheap.")], NOW)
    assert card.note == "No answer within 5 s."
