"""A simulated miner: mains power, boots, physics, and the truth about it for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from miners.contract import PoolEndpoint
from miners.simulators.clock import Clock
from miners.simulators.endpoint import Endpoint
from miners.simulators.machine import Machine, Sample, SetPoint
from miners.simulators.spec import MinerSpec

NO_POOL = PoolEndpoint(host="pool.example", port=3333, user="bc1qexample.worker")


class Device(Endpoint):
    """Subclasses speak one family's protocol; this class knows power, time and heat."""

    boot_s = 8.0  # from power to the first answer
    share_difficulty = 1000.0
    limit_c = 110.0  # above it the protection trips

    def __init__(self, spec: MinerSpec, pools: Sequence[PoolEndpoint], clock: Clock, seed: int) -> None:
        super().__init__(
            name=spec.name,
            host=spec.host,
            port=spec.port,
            clock=clock,
            seed=str(seed),
            latency_ms=spec.latency_ms,
        )
        self.spec = spec
        self.pools = tuple(pools) or (NO_POOL,)
        self.machine = Machine(random=self.random, share_difficulty=self.share_difficulty)
        self.plugged = True
        self.booting = False
        self.overheated = False
        self._boot_timer: asyncio.TimerHandle | None = None
        self._timers: set[asyncio.TimerHandle] = set()

    # --- what a family fills in

    def set_point(self) -> SetPoint:
        """Where the machine settles with its present settings while it runs."""
        raise NotImplementedError

    def on_boot(self) -> None:
        """Forget what only lives in memory, apply what was stored."""

    def overheat(self) -> None:
        """The protection trips, and the firmware does what it does."""
        raise NotImplementedError

    def truth(self) -> dict[str, Any]:
        """The family's own part of `describe`."""
        return {}

    # --- power

    @property
    def awake(self) -> bool:
        return self.plugged and not self.booting

    def warm_up(self) -> None:
        """Start as a miner that has been running for some hours."""
        now = self.clock.now()
        self.machine.aim(self.set_point(), now)
        self.machine.boot(now, uptime_s=self.random.uniform(3600, 200_000))

    def power(self, *, on: bool) -> None:
        """The plug: off is dark at once, on boots."""
        if on == self.plugged:
            return
        self.plugged = on
        self._cancel_boot()
        if on:
            self._boot()
        else:
            self.booting = False
            self._go_dark()

    def reboot(self) -> None:
        """Dark for `boot_s` of simulated time, then counters from zero."""
        if self.plugged:
            self._cancel_boot()
            self._boot()

    def _boot(self) -> None:
        self.booting = True
        self._go_dark()
        self._boot_timer = self.after(self.boot_s, self._booted)

    def _booted(self) -> None:
        self.booting = False
        self.on_boot()
        self.machine.boot(self.clock.now())
        self.retarget()
        if self.awake and not self.refuses:
            self.reopen()

    def _go_dark(self) -> None:
        self.close()
        self.machine.aim(SetPoint(0, 0, 24), self.clock.now())

    def _cancel_boot(self) -> None:
        if self._boot_timer is not None:
            self._boot_timer.cancel()

    async def stop(self) -> None:
        """The simulation ends."""
        for timer in self._timers:
            timer.cancel()
        await super().stop()

    # --- running

    def retarget(self) -> None:
        """Settings changed: ramp to the new set point."""
        if self.awake:
            self.machine.aim(self.set_point(), self.clock.now())

    def sample(self) -> Sample:
        """The machine now; too hot, it trips as the real one does."""
        sample = self.machine.sample(self.clock.now())
        if sample.temperature_c > self.limit_c and self.awake and not self.overheated:
            self.overheat()
        return sample

    @property
    def wall_w(self) -> float:
        """What it draws now, before the losses of its power supply."""
        self.machine.advance(self.clock.now())
        return self.machine.power_w if self.awake else 0.0

    def after(self, seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back after `seconds` of simulated time."""
        now = asyncio.get_running_loop().time()
        self._timers = {timer for timer in self._timers if timer.when() > now and not timer.cancelled()}
        timer = asyncio.get_running_loop().call_later(self.clock.real(seconds), call)
        self._timers.add(timer)
        return timer

    def describe(self) -> dict[str, Any]:
        """The true state, for the control endpoint and for tests."""
        sample = self.sample()
        return {
            **super().describe(),
            "kind": self.spec.kind,
            "model": self.spec.model,
            "firmware": self.spec.firmware,
            "mac": self.spec.mac,
            "switch": self.spec.switch,
            "power": "off" if not self.plugged else "booting" if self.booting else "on",
            "hashrate_ghs": round(sample.hashrate_ghs, 3) if self.awake else 0.0,
            "power_w": round(self.wall_w, 2),
            "temperature_c": round(sample.temperature_c, 2),
            "accepted": sample.accepted,
            "rejected": sample.rejected,
            "uptime_s": sample.uptime_s,
            "overheated": self.overheated,
            **self.truth(),
        }
