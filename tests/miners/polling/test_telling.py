"""What the journal is told: conditions that begin and end, and what happened once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from miners.contract import Reading, State
from miners.polling.judging import judge
from miners.polling.observation import Observation, Owner
from miners.polling.telling import CONDITIONS, happenings, span
from tests.miners.polling.drawn import ago, answered, silent

UNREACHABLE, OVERHEATED, FAULT, TWICE, NEEDS_CODE = CONDITIONS
HOT = Reading(state=State.MINING, temperature_c=71.4, overheated=True)
FAULTY = Reading(state=State.MINING, fault="fan stopped")
RED = Owner(8, "Red")
LOCKED = Reading(state=State.MINING, needs_code=True)

HOLDS = [
    ("unreachable", UNREACHABLE, silent(state=State.MINING, failures=1), True),
    ("off as planned, and silent", UNREACHABLE, silent(state=State.MINING, failures=1, planned_off=True), False),
    ("one missed poll: nobody can tell", UNREACHABLE, silent(state=State.MINING), None),
    ("booting: nobody can tell", UNREACHABLE, silent(state=State.OFF), None),
    ("its plug is off", UNREACHABLE, silent(plug_off=True), False),
    ("it answers", UNREACHABLE, answered(), False),
    ("too hot", OVERHEATED, answered(HOT), True),
    ("cool again", OVERHEATED, answered(), False),
    ("silent: it may still be hot", OVERHEATED, silent(failures=5), None),
    ("it names a fault", FAULT, answered(FAULTY), True),
    ("no fault", FAULT, answered(), False),
    ("silent: nobody knows of faults", FAULT, silent(), None),
    ("never read, and another miner's device answers", TWICE, silent(foreign=True, owner=RED), True),
    ("read before: its address was lost", TWICE, silent(foreign=True, owner=RED, seen_at=ago(60)), None),
    ("silent: it may be the same device", TWICE, silent(), None),
    ("a device of its own answers", TWICE, answered(), False),
    ("its settings are locked", NEEDS_CODE, answered(LOCKED), True),
    ("its settings are open", NEEDS_CODE, answered(), False),
    ("silent: nobody knows of its lock", NEEDS_CODE, silent(), None),
]


@pytest.mark.parametrize(("condition", "seen", "holds"), [case[1:] for case in HOLDS], ids=[case[0] for case in HOLDS])
def test_a_condition_holds(condition: object, seen: Observation, holds: bool | None) -> None:
    assert condition.holds(seen, judge(seen)) is holds


def test_sentences_name_the_miner_and_the_reason() -> None:
    assert UNREACHABLE.begun(silent()) == "Blue is unreachable: no answer within 5 s"
    assert UNREACHABLE.ended(answered(state=State.UNREACHABLE, since=ago(250))) == "Blue answers again after 4 min"
    assert UNREACHABLE.ended(silent(plug_off=True)) == "Blue is off: its plug is"
    assert UNREACHABLE.ended(silent(planned_off=True)) == "Blue is off, as planned"
    assert OVERHEATED.begun(answered(HOT)) == "Blue has overheated: 71 °C"
    assert FAULT.begun(answered(FAULTY)) == "Blue reports a fault: fan stopped"
    twice = "Blue is the same device as Red: delete one of the two"
    assert TWICE.begun(silent(foreign=True, owner=RED)) == twice
    locked = "Blue takes no settings until its one-time code is entered on its page"
    assert NEEDS_CODE.begun(answered(LOCKED)) == locked
    assert NEEDS_CODE.ended(answered()) == "Blue takes settings again"


def kinds(seen: Observation) -> list[str]:
    return [happening.kind for happening in happenings(seen)]


@pytest.mark.parametrize(
    ("before_s", "now_s", "told"),
    [(3600, 12, True), (3600, 3630, False), (3600, 3598, False), (None, 12, False), (3600, None, False)],
)
def test_an_uptime_that_falls_back_is_a_restart(before_s: int | None, now_s: int | None, told: bool) -> None:
    seen = answered(Reading(uptime_s=now_s), state=State.MINING, uptime_s=before_s)
    assert kinds(seen) == (["miner-restarted"] if told else [])


@pytest.mark.parametrize("before", [{"state": State.OFF}, {"state": State.UNKNOWN, "failures": 2}])
def test_a_boot_after_its_plug_was_off_is_no_news(before: dict[str, Any]) -> None:
    assert kinds(answered(Reading(uptime_s=12), uptime_s=3600, **before)) == []


def test_counters_that_start_again_are_no_restart_while_the_uptime_goes_on() -> None:
    assert kinds(answered(Reading(uptime_s=3630, accepted=0), state=State.MINING, uptime_s=3600)) == []


def test_a_restart_says_how_long_it_had_run() -> None:
    [restart] = happenings(answered(Reading(uptime_s=12), state=State.MINING, uptime_s=270_000))
    assert restart.message == "Blue has restarted; it had run for 3 d 3 h"


@pytest.mark.parametrize(
    ("before", "now", "told"), [("v2.9", "v2.12", True), ("v2.9", "v2.9", False), (None, "v2.9", False)]
)
def test_another_firmware_is_told(before: str | None, now: str, told: bool) -> None:
    assert kinds(answered(Reading(firmware=now), firmware=before)) == (["miner-firmware"] if told else [])


def test_another_device_at_the_address_is_told_once() -> None:
    sentence = "another device answers at 10.0.0.7"
    assert kinds(silent(sentence, foreign=True)) == ["miner-wrong-device"]
    assert kinds(silent(sentence, foreign=True, before_failure=sentence)) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "less than a minute"), (59, "less than a minute"), (60, "1 min"), (3_700, "1 h 1 min"), (273_600, "3 d 4 h")],
)
def test_spans_in_words(seconds: int, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words
