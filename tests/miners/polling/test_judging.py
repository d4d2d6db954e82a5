"""What a miner is doing, from what was known and what was just seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.contract import Reading, State
from miners.polling.judging import FAILURES_TO_UNREACHABLE, Verdict, judge
from miners.polling.observation import Observation
from tests.miners.polling.drawn import ago, answered, silent

MINING, PAUSED, OFF, UNREACHABLE, UNKNOWN = (
    State.MINING,
    State.PAUSED,
    State.OFF,
    State.UNREACHABLE,
    State.UNKNOWN,
)

CASES = {
    "an answer is believed": (answered(Reading(state=PAUSED), state=UNREACHABLE, failures=9), Verdict(PAUSED, 0)),
    "an answer is believed though its plug says off": (answered(plug_off=True), Verdict(MINING, 0)),
    "one missed poll changes nothing": (silent(state=MINING), Verdict(MINING, 1)),
    "the second in a row makes it unreachable": (silent(state=MINING, failures=1), Verdict(UNREACHABLE, 2)),
    "it stays so": (silent(state=UNREACHABLE, failures=2, since=ago(30)), Verdict(UNREACHABLE, 3)),
    "never seen, one miss": (silent(), Verdict(UNKNOWN, 1)),
    "never seen, two misses": (silent(failures=1), Verdict(UNREACHABLE, 2)),
    "its plug is off": (silent(state=MINING, plug_off=True), Verdict(OFF, 1)),
    "its plug is still off": (silent(state=OFF, failures=40, plug_off=True), Verdict(OFF, 41)),
    "its plug was switched off while it was unreachable": (
        silent(state=UNREACHABLE, failures=5, plug_off=True),
        Verdict(OFF, 6),
    ),
    "just switched on: it may boot": (silent(state=OFF, failures=40), Verdict(UNKNOWN, 1)),
    "still booting": (silent(state=UNKNOWN, failures=2, since=ago(90)), Verdict(UNKNOWN, 3)),
    "should have booted by now": (silent(state=UNKNOWN, failures=4, since=ago(121)), Verdict(UNREACHABLE, 5)),
    "restarted by a command": (silent(state=MINING, failures=2, restarted=True), Verdict(MINING, 3)),
    "another device is certain at once": (silent(state=MINING, foreign=True), Verdict(UNREACHABLE, 1)),
    "another device is certain even after a restart": (
        silent(state=MINING, foreign=True, restarted=True),
        Verdict(UNREACHABLE, 1),
    ),
    "another device where an unplugged one was": (silent(state=OFF, foreign=True), Verdict(UNREACHABLE, 1)),
}


@pytest.mark.parametrize(("seen", "verdict"), CASES.values(), ids=CASES.keys())
def test_drawn(seen: Observation, verdict: Verdict) -> None:
    assert judge(seen) == verdict


silences = st.builds(
    silent,
    state=st.sampled_from(State),
    failures=st.integers(0, 100),
    since=st.none() | st.integers(0, 10_000).map(ago),
    plug_off=st.booleans(),
    restarted=st.booleans(),
    foreign=st.booleans(),
)


@given(seen=silences)
def test_silence_is_never_taken_for_mining_unless_it_was_mining(seen: Observation) -> None:
    after = judge(seen)
    assert after.state not in (MINING, PAUSED) or after.state == seen.candidate.before.state
    assert after.failures >= 1


@given(seen=silences)
def test_off_is_said_only_of_what_has_a_plug_seen_off(seen: Observation) -> None:
    assert (judge(seen).state == OFF) == seen.candidate.plug_off


@given(seen=silences)
def test_silence_becomes_unreachable_only_after_two_failures_or_for_a_stranger(seen: Observation) -> None:
    after = judge(seen)
    before = seen.candidate.before
    if after.state == UNREACHABLE and before.state != UNREACHABLE:
        assert seen.foreign or before.failures + 1 >= FAILURES_TO_UNREACHABLE
