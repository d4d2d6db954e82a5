"""The three pool slots of an Avalon: stored, configured, and what runs until the next reboot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from miners.contract import PoolEndpoint
from miners.simulators.avalon_stats import DIFFICULTY
from miners.simulators.machine import Sample

SLOTS = 3


@dataclass(frozen=True, slots=True)
class Slot:
    url: str
    user: str
    password: str = "x"  # noqa: S105  stratum's "none"
    enabled: bool = True


@dataclass(slots=True)
class Pools:
    """`stored` is what a reboot brings back; `slots`, `order` and `active` are what runs."""

    stored: list[Slot]
    slots: list[Slot]
    order: list[int]
    active: int = 0

    @classmethod
    def of(cls, pools: Sequence[PoolEndpoint]) -> Pools:
        filled = [pools[min(index, len(pools) - 1)] for index in range(SLOTS)]
        slots = [Slot(pool.url, pool.user, pool.password) for pool in filled]
        return cls(list(slots), list(slots), list(range(SLOTS)))

    def boot(self) -> None:
        self.slots = list(self.stored)
        self.order = list(range(SLOTS))
        self.active = 0

    def switch(self, slot: int) -> None:
        self.order.remove(slot)
        self.order.insert(0, slot)
        self.active = slot

    def rows(self, sample: Sample, last_share_epoch: int) -> list[dict[str, Any]]:
        return [self._row(number, sample, last_share_epoch) for number in range(SLOTS)]

    def _row(self, number: int, sample: Sample, last_share_epoch: int) -> dict[str, Any]:
        slot, active = self.slots[number], number == self.active
        accepted, rejected = (sample.accepted, sample.rejected) if active else (0, 0)
        return {
            "POOL": number,
            "URL": slot.url,
            "Status": "Alive" if slot.enabled else "Disabled",
            "Priority": self.order.index(number),
            "Quota": 1,
            "Long Poll": "N",
            "Getworks": 17,
            "Accepted": accepted,
            "Rejected": rejected,
            "Works": accepted * 2,
            "Discarded": 0,
            "Stale": 0,
            "Get Failures": 0,
            "Remote Failures": 0,
            "User": slot.user,
            "Last Share Time": last_share_epoch if active else 0,
            "Diff1 Shares": int(accepted * DIFFICULTY),
            "Proxy Type": "",
            "Proxy": "",
            "Difficulty Accepted": accepted * DIFFICULTY,
            "Difficulty Rejected": rejected * DIFFICULTY,
            "Difficulty Stale": 0.0,
            "Last Share Difficulty": DIFFICULTY if active else 0.0,
            "Work Difficulty": DIFFICULTY,
            "Has Stratum": True,
            "Stratum Active": active,
            "Stratum URL": _host(slot.url) if active else "",
            "Stratum Difficulty": DIFFICULTY if active else 0.0,
            "Has Vmask": True,
            "Has GBT": False,
            "Best Share": int(sample.best_session_difficulty) if active else 0,
            "Pool Rejected%": 0.0,
            "Pool Stale%": 0.0,
            "Bad Work": 1,
            "Current Block Height": 943_768,
            "Current Block Version": 536_870_928,
        }


def label(url: str) -> str:
    """`host:port` of a stratum URL, lower case."""
    return url.rpartition("//")[2].lower()


def _host(url: str) -> str:
    return label(url).partition(":")[0]
