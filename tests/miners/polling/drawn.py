"""Observations drawn in one line, for the tests of judging and telling."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from miners.contract import Reading, State, Target
from miners.polling.candidates import Before, Candidate
from miners.polling.observation import Observation, Owner
from tests.miners.polling.conftest import NOW

TARGET = Target(kind="bitaxe", host="10.0.0.7", port=80)
BEFORE = {"state", "since", "seen_at", "failures", "uptime_s", "firmware"}


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def candidate(**values: Any) -> Candidate:
    """`before_failure` is the failure of the last poll; the fields of Before go there, the rest to the Candidate."""
    before = {name: values.pop(name) for name in list(values) if name in BEFORE}
    before["failure"] = values.pop("before_failure", "")
    return Candidate(miner_id=7, name="Blue", target=TARGET, before=Before(**before), **values)


def answered(reading: Reading | None = None, **values: Any) -> Observation:
    return Observation(candidate=candidate(**values), time=NOW, reading=reading or Reading(state=State.MINING))


def silent(
    failure: str = "no answer within 5 s", *, foreign: bool = False, owner: Owner | None = None, **values: Any
) -> Observation:
    return Observation(candidate=candidate(**values), time=NOW, failure=failure, foreign=foreign, owner=owner)
