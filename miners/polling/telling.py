"""What the journal is told of a poll: conditions that begin or end, and things that happened once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from hmm_project.journal.models import Level
from miners.contract import State
from miners.polling.candidates import Before
from miners.polling.judging import Verdict
from miners.polling.observation import Observation

LONG_AGO_S = 5  # an uptime may wobble by a second or two; a restart takes it back further


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is true of a miner for a while: an alert while it holds. `holds` is None when nobody can tell."""

    kind: str
    level: Level
    holds: Callable[[Observation, Verdict], bool | None]
    begun: Callable[[Observation], str]
    ended: Callable[[Observation], str]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened once: one event."""

    kind: str
    message: str
    level: Level = Level.INFO


def _unreachable(seen: Observation, verdict: Verdict) -> bool | None:
    if verdict.state == State.UNREACHABLE:
        return not seen.candidate.planned_off
    return None if seen.failure and verdict.state != State.OFF else False


def _overheated(seen: Observation, _: Verdict) -> bool | None:
    return None if seen.reading is None else seen.reading.overheated


def _faulty(seen: Observation, _: Verdict) -> bool | None:
    return None if seen.reading is None else seen.reading.fault is not None


def _needs_code(seen: Observation, _: Verdict) -> bool | None:
    return None if seen.reading is None else seen.reading.needs_code


def _twice(seen: Observation, _: Verdict) -> bool | None:
    """Never read itself, because another miner's device answers: the same device was added a second time."""
    if seen.owner and not seen.candidate.target.mac and seen.candidate.before.seen_at is None:
        return True
    return None if seen.reading is None else False


def _answers_again(seen: Observation) -> str:
    before, name = seen.candidate.before, seen.candidate.name
    if seen.reading is None:
        return f"{name} is off: its plug is" if seen.candidate.plug_off else f"{name} is off, as planned"
    if before.state == State.UNREACHABLE and before.since is not None:
        return f"{name} answers again after {span(seen.time - before.since)}"
    return f"{name} answers again"


def _too_hot(seen: Observation) -> str:
    temperature = seen.reading and seen.reading.temperature_c
    return f"{seen.candidate.name} has overheated" + (f": {temperature:.0f} °C" if temperature is not None else "")


CONDITIONS = (
    Condition(
        kind="miner-unreachable",
        level=Level.WARNING,
        holds=_unreachable,
        begun=lambda seen: f"{seen.candidate.name} is unreachable: {seen.failure}",
        ended=_answers_again,
    ),
    Condition(
        kind="miner-overheated",
        level=Level.ERROR,
        holds=_overheated,
        begun=_too_hot,
        ended=lambda seen: f"{seen.candidate.name} is no longer overheated",
    ),
    Condition(
        kind="miner-fault",
        level=Level.ERROR,
        holds=_faulty,
        begun=lambda seen: f"{seen.candidate.name} reports a fault: {seen.reading and seen.reading.fault}",
        ended=lambda seen: f"{seen.candidate.name} reports no fault any more",
    ),
    Condition(
        kind="miner-twice",
        level=Level.WARNING,
        holds=_twice,
        begun=lambda seen: (
            f"{seen.candidate.name} is the same device as {seen.owner and seen.owner.name}: delete one of the two"
        ),
        ended=lambda seen: f"{seen.candidate.name} is a device of its own",
    ),
    Condition(
        kind="miner-needs-code",
        level=Level.WARNING,
        holds=_needs_code,
        begun=lambda seen: f"{seen.candidate.name} takes no settings until its one-time code is entered on its page",
        ended=lambda seen: f"{seen.candidate.name} takes settings again",
    ),
)


def happenings(seen: Observation) -> Iterator[Happening]:
    """What is new in this observation against the one before."""
    candidate, reading = seen.candidate, seen.reading
    before, name = candidate.before, candidate.name
    if seen.foreign and before.failure != seen.failure:
        yield Happening("miner-wrong-device", f"{name}: {seen.failure}. It is left alone", Level.WARNING)
    if reading is None:
        return
    if _restarted(seen):
        ran = span(timedelta(seconds=before.uptime_s or 0))
        yield Happening("miner-restarted", f"{name} has restarted; it had run for {ran}")
    if reading.firmware and before.firmware and reading.firmware != before.firmware:
        yield Happening("miner-firmware", f"{name} runs firmware {reading.firmware} now, before {before.firmware}")


def _restarted(seen: Observation) -> bool:
    before, reading = seen.candidate.before, seen.reading
    if reading is None or reading.uptime_s is None or before.uptime_s is None or _was_switched_on(before):
        return False
    return reading.uptime_s < before.uptime_s - LONG_AGO_S


def _was_switched_on(before: Before) -> bool:
    """Its plug was off, or is just on again and it was still booting."""
    return before.state == State.OFF or (before.state == State.UNKNOWN and before.failures > 0)


def span(time: timedelta) -> str:
    """A length of time in words, such as "4 min" or "3 d 4 h"."""
    minutes = max(0, int(time.total_seconds())) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else "less than a minute"
