"""From what was known and what was just seen to what a miner is doing now. Pure.

A failed reading is judged gently, because a miner on Wi-Fi misses a poll now and then:

- Its plug was just seen off: `off`, which is no failure of the miner.
- Another device answers at its address: `unreachable` at once.
- Just switched on, or just restarted by a command: for BOOT_S it may be silent (`unknown` after `off`).
- Otherwise the first failure in a row changes nothing, the second makes it `unreachable`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from miners.contract import State
from miners.polling.candidates import BOOT_S
from miners.polling.observation import Observation

FAILURES_TO_UNREACHABLE = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    state: State
    failures: int  # in a row


def judge(seen: Observation) -> Verdict:
    """The state after this observation."""
    if seen.reading is not None:
        return Verdict(seen.reading.state, 0)
    before = seen.candidate.before
    if seen.candidate.plug_off:
        return Verdict(State.OFF, before.failures + 1)
    if before.state == State.OFF:
        return Verdict(State.UNREACHABLE if seen.foreign else State.UNKNOWN, 1)
    failures = before.failures + 1
    if seen.foreign or (failures >= FAILURES_TO_UNREACHABLE and not _may_be_booting(seen)):
        return Verdict(State.UNREACHABLE, failures)
    return Verdict(before.state, failures)


def _may_be_booting(seen: Observation) -> bool:
    before = seen.candidate.before
    if seen.candidate.restarted:
        return True
    just_switched_on = before.since is not None and seen.time - before.since < timedelta(seconds=BOOT_S)
    return before.state == State.UNKNOWN and just_switched_on
