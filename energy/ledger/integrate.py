"""From readings to energy: pure, standard library only.

A reading holds until the next one of the same miner, at most for `longest`; what lies beyond is nobody's guess and
stays unmeasured. The same readings give the same totals however their time is cut into slots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import NamedTuple, Protocol

WS_PER_KWH = 3_600_000
GH_PER_TH = 1000


class Span(Protocol):
    """A stretch of time from `start` up to `end`."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...


class Sample(NamedTuple):
    """One reading of a miner. None: it does not say. A tuple, because there are very many."""

    time: datetime
    wall_power_w: float | None = None
    power_w: float | None = None
    hashrate_ghs: float | None = None
    mining: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a miner did in one slot: energy by who measured it, terahashes, seconds with and without known watts."""

    kwh_wall: float = 0
    kwh_device: float = 0
    kwh_estimate: float = 0
    measured_s: float = 0
    unmeasured_s: float = 0
    mining_kwh: float = 0
    mining_s: float = 0
    ths: float | None = None

    @property
    def kwh(self) -> float:
        return self.kwh_wall + self.kwh_device + self.kwh_estimate


@dataclass(slots=True)
class _Tally:
    """Watt-seconds and gigahashes as they come."""

    wall_ws: float = 0
    device_ws: float = 0
    estimate_ws: float = 0
    measured_s: float = 0
    mining_ws: float = 0
    mining_s: float = 0
    hashes_gh: float | None = None

    def add(self, sample: Sample, seconds: float, estimate_w: float | None) -> None:
        if sample.hashrate_ghs is not None:
            self.hashes_gh = (self.hashes_gh or 0) + sample.hashrate_ghs * seconds
        watts = self._add_watts(sample, seconds, estimate_w)
        if watts is None:
            return
        self.measured_s += seconds
        if sample.mining:
            self.mining_ws += watts * seconds
            self.mining_s += seconds

    def _add_watts(self, sample: Sample, seconds: float, estimate_w: float | None) -> float | None:
        """Wall before device before estimate, which is of a miner that mines."""
        if sample.wall_power_w is not None:
            self.wall_ws += sample.wall_power_w * seconds
            return sample.wall_power_w
        if sample.power_w is not None:
            self.device_ws += sample.power_w * seconds
            return sample.power_w
        if estimate_w is not None and sample.mining:
            self.estimate_ws += estimate_w * seconds
            return estimate_w
        return None

    def use(self, elapsed_s: float) -> Use:
        return Use(
            kwh_wall=self.wall_ws / WS_PER_KWH,
            kwh_device=self.device_ws / WS_PER_KWH,
            kwh_estimate=self.estimate_ws / WS_PER_KWH,
            measured_s=self.measured_s,
            unmeasured_s=max(0.0, elapsed_s - self.measured_s),
            mining_kwh=self.mining_ws / WS_PER_KWH,
            mining_s=self.mining_s,
            ths=None if self.hashes_gh is None else self.hashes_gh / GH_PER_TH,
        )


def integrate(
    samples: Iterable[Sample],
    slots: Sequence[Span],
    *,
    longest: timedelta,
    until: datetime,
    estimate_w: float | None = None,
) -> list[Use]:
    """One Use for each of `slots`, which are in order and do not overlap; nothing after `until` has happened yet.

    `samples` are one miner's, in order of time, and begin `longest` before the first slot.
    """
    tallies = [_Tally() for _ in slots]
    first = 0
    for sample, end in _held(samples, longest, until):
        while first < len(slots) and slots[first].end <= sample.time:
            first += 1
        at = first
        while at < len(slots) and slots[at].start < end:
            seconds = _seconds(max(slots[at].start, sample.time), min(slots[at].end, end))
            tallies[at].add(sample, seconds, estimate_w)
            at += 1
    ends = (min(slot.end, until) for slot in slots)
    return [
        tally.use(max(0.0, _seconds(slot.start, end))) for tally, slot, end in zip(tallies, slots, ends, strict=True)
    ]


def _held(samples: Iterable[Sample], longest: timedelta, until: datetime) -> Iterator[tuple[Sample, datetime]]:
    """Each reading with the end of the time it speaks for."""
    last = (None,)
    for sample, following in pairwise(chain(samples, last)):
        if sample is None or sample.time >= until:
            return
        end = min(sample.time + longest, until)
        yield sample, min(end, following.time) if following else end


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
