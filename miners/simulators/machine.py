"""The physics every simulated miner shares: ramps, heat, noise and shares. Computed when asked, no timers."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

HASHES_PER_DIFFICULTY_GH = 2**32 / 1e9
AMBIENT_C = 24.0
HASH_RAMP_S = 6.0
HEAT_RAMP_S = 30.0
WINDOWS_S = (60.0, 600.0, 3600.0)
HASH_NOISE = 0.015
POWER_NOISE = 0.004


@dataclass(frozen=True, slots=True)
class SetPoint:
    """What the machine settles at."""

    hashrate_ghs: float
    power_w: float
    temperature_c: float


@dataclass(frozen=True, slots=True)
class Sample:
    """The machine at one moment; shares and uptime since its boot."""

    hashrate_ghs: float
    hashrate_1m_ghs: float
    hashrate_10m_ghs: float
    hashrate_1h_ghs: float
    average_ghs: float
    power_w: float
    temperature_c: float
    accepted: int
    rejected: int
    uptime_s: int
    best_difficulty: float
    best_session_difficulty: float


@dataclass(slots=True)
class Machine:
    """`now` is simulated seconds throughout and never runs backwards."""

    random: random.Random
    share_difficulty: float
    reject_rate: float = 0.004
    booted_s: float = 0.0
    _target: SetPoint = SetPoint(0.0, 0.0, AMBIENT_C)
    _at_s: float = 0.0
    _hashrate_ghs: float = 0.0
    _windows_ghs: list[float] = field(default_factory=lambda: [0.0] * len(WINDOWS_S))
    _power_w: float = 0.0
    _temperature_c: float = AMBIENT_C
    _work_difficulty: float = 0.0  # hashes done since boot, in difficulty-1 shares
    _best_difficulty: float = 0.0
    _luck: float = 1.0

    def boot(self, now: float, *, uptime_s: float = 0.0) -> None:
        """Counters start again; with `uptime_s` it has already been running so long at its set point."""
        self.advance(now)
        self.booted_s = now - uptime_s
        self._best_difficulty = max(self._best_difficulty, self._session_best())
        self._luck = self.random.uniform(0.4, 2.5)
        self._hashrate_ghs = self._power_w = 0.0
        self._windows_ghs = [0.0] * len(WINDOWS_S)
        self._work_difficulty = 0.0
        if uptime_s:
            self._settle(uptime_s)

    def aim(self, target: SetPoint, now: float) -> None:
        """Ramp towards `target` from here on."""
        self.advance(now)
        self._target = target

    def advance(self, now: float) -> None:
        """Let time pass up to `now`."""
        step = now - self._at_s
        if step <= 0:
            return
        self._at_s = now
        before = self._hashrate_ghs
        target = self._target
        ramp = 1 - math.exp(-step / HASH_RAMP_S)
        self._hashrate_ghs += (target.hashrate_ghs - before) * ramp
        self._power_w += (target.power_w - self._power_w) * ramp
        self._temperature_c += (target.temperature_c - self._temperature_c) * (1 - math.exp(-step / HEAT_RAMP_S))
        # the integral of the exponential ramp over the step
        done_gh = target.hashrate_ghs * step + (before - target.hashrate_ghs) * HASH_RAMP_S * ramp
        self._work_difficulty += done_gh / HASHES_PER_DIFFICULTY_GH
        mean_ghs = done_gh / step
        for index, window in enumerate(WINDOWS_S):
            self._windows_ghs[index] += (mean_ghs - self._windows_ghs[index]) * (1 - math.exp(-step / window))

    def sample(self, now: float) -> Sample:
        self.advance(now)
        shares = int(self._work_difficulty / self.share_difficulty)
        rejected = int(shares * self.reject_rate)
        uptime = max(0, int(now - self.booted_s))
        noise = 1 + self.random.gauss(0, HASH_NOISE)
        session = self._session_best()
        return Sample(
            hashrate_ghs=self._hashrate_ghs * noise,
            hashrate_1m_ghs=self._windows_ghs[0],
            hashrate_10m_ghs=self._windows_ghs[1],
            hashrate_1h_ghs=self._windows_ghs[2],
            average_ghs=self._work_difficulty * HASHES_PER_DIFFICULTY_GH / max(1, uptime),
            power_w=self._power_w * (1 + self.random.gauss(0, POWER_NOISE)),
            temperature_c=self._temperature_c,
            accepted=shares - rejected,
            rejected=rejected,
            uptime_s=uptime,
            best_difficulty=max(self._best_difficulty, session),
            best_session_difficulty=session,
        )

    @property
    def power_w(self) -> float:
        """Watts as of the last step, without noise."""
        return self._power_w

    @property
    def temperature_c(self) -> float:
        return self._temperature_c

    def _session_best(self) -> float:
        """The best share of n difficulty-1 shares is around n."""
        return self._work_difficulty * self._luck

    def _settle(self, uptime_s: float) -> None:
        target = self._target
        self._hashrate_ghs = target.hashrate_ghs
        self._windows_ghs = [target.hashrate_ghs] * len(WINDOWS_S)
        self._power_w = target.power_w
        self._temperature_c = target.temperature_c
        self._work_difficulty = target.hashrate_ghs * uptime_s / HASHES_PER_DIFFICULTY_GH
