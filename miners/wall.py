"""The wall: what each miner is doing, in words, those that need a person first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from django.db.models import QuerySet

from miners.contract import State
from miners.figures import Figures, figures
from miners.models import Miner, MinerStatus, Power

STALE = timedelta(minutes=3)  # without a poll: the poller itself is away, so nothing on the card is "now"


class Attention(IntEnum):
    """Where a card stands on the wall."""

    ACT = 0  # something is wrong
    WATCH = 1  # something may be wrong
    RUNNING = 2
    RESTING = 3  # planned or wished: not a failure
    DISABLED = 4


@dataclass(frozen=True, slots=True)
class Mood:
    """A state in words, with the sign and the tone that go with them."""

    words: str
    icon: str
    tone: str
    attention: Attention


@dataclass(frozen=True, slots=True)
class Card:
    miner: Miner
    mood: Mood
    figures: Figures  # of now: none of them while it is silent, disabled, or nobody has read it
    note: str  # the one line below the figures

    @property
    def champion(self) -> bool:
        return self.miner.desired.champion and self.miner.desired.in_force

    @property
    def hashing(self) -> bool:
        return self.miner.status.state == State.MINING and self.figures.hashrate_ghs is not None

    @property
    def of_expected(self) -> float | None:
        """Share of the hashrate the device expects of itself, in percent."""
        expected = self.miner.status.expected_hashrate_ghs
        if self.figures.hashrate_ghs is None or not expected:
            return None
        return min(100.0, self.figures.hashrate_ghs / expected * 100)


def miners_with_status() -> QuerySet[Miner]:
    """Every miner with all a card needs, in one query."""
    return Miner.objects.select_related("status", "desired", "switch")


def cards(miners: Iterable[Miner], now: datetime) -> list[Card]:
    """Cards sorted by attention, then by name."""
    found = [card(miner, now) for miner in miners]
    return sorted(found, key=lambda each: (each.mood.attention, not each.champion, each.miner.name.lower()))


def card(miner: Miner, now: datetime) -> Card:
    watched = miner.enabled and not is_stale(miner.status, now)
    return Card(miner, mood(miner, now), figures(miner) if watched else Figures(), _note(miner))


def mood(miner: Miner, now: datetime) -> Mood:
    """The first of these that is true says what a person should know."""
    status, desired = miner.status, miner.desired
    if not miner.enabled:
        return Mood("Disabled", "circle-dashed", "rest", Attention.DISABLED)
    if desired.uncontrollable and desired.in_force:
        return Mood("Uncontrollable", "triangle-alert", "bad", Attention.ACT)
    if status.overheated:
        return Mood("Overheated", "flame", "bad", Attention.ACT)
    if status.polled_at is None:
        return Mood("Waiting for its first reading", "clock", "rest", Attention.WATCH)
    if is_stale(status, now):
        return Mood(f"No news for {_length(now - status.polled_at)}", "clock", "warn", Attention.WATCH)
    return _observed(miner, now)


def _observed(miner: Miner, now: datetime) -> Mood:
    desired = miner.desired
    off = desired.in_force and desired.power == Power.OFF
    wanted = desired.in_force and desired.power == Power.ON
    match miner.status.state:
        case State.UNREACHABLE:
            since = miner.status.since
            words = f"Unreachable {_length(now - since)}" if since else "Unreachable"
            return Mood(words, "wifi-off", "bad", Attention.ACT)
        case State.MINING if off:
            return Mood("Mining, should be off", "triangle-alert", "warn", Attention.WATCH)
        case State.MINING:
            return Mood("Mining", "pickaxe", "ok", Attention.RUNNING)
        case State.PAUSED:
            return _resting("Paused", "circle-pause", off, wanted=wanted)
        case State.OFF:
            return _resting("Off at plug", "unplug", off, wanted=wanted)
    return Mood("Unknown", "circle-question-mark", "warn", Attention.WATCH)


def _resting(word: str, icon: str, off: bool, *, wanted: bool) -> Mood:
    if off:
        return Mood(f"{word} by plan", icon, "rest", Attention.RESTING)
    if wanted:
        return Mood(f"{word}, should be mining", "triangle-alert", "warn", Attention.WATCH)
    return Mood(word, icon, "rest", Attention.RESTING)


def _note(miner: Miner) -> str:
    """What is wrong in the device's or our words; else why it does what it does."""
    if miner.status.state == State.UNREACHABLE and miner.status.failure:
        return miner.status.failure
    return miner.status.fault or miner.desired.because


def is_stale(status: MinerStatus, now: datetime) -> bool:
    """Whether nobody has looked at it for so long that nothing in it is "now"."""
    return status.polled_at is not None and now - status.polled_at > STALE


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return f"{int(span.total_seconds())} s"
    if minutes < 60:  # noqa: PLR2004
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"  # noqa: PLR2004
