"""An Avalon Nano 3 or 3S: the cgminer API on TCP. Left out: the web interface, and factory options of ascset."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from miners.contract import PoolEndpoint
from miners.simulators import avalon_pools, avalon_stats
from miners.simulators.avalon_ascset import ascset
from miners.simulators.avalon_models import MODELS
from miners.simulators.avalon_pools import SLOTS, Pools, Slot
from miners.simulators.avalon_reply import Reply, render_json, render_text
from miners.simulators.cgminer import CgminerEndpoint
from miners.simulators.clock import Clock
from miners.simulators.device import Device
from miners.simulators.machine import SetPoint
from miners.simulators.spec import MinerSpec

CALIBRATION_S = 20.0
SETPOOL_ARGUMENTS = 6
INVALID = Reply("E", 14, "Invalid command")


class Avalon(Device, CgminerEndpoint):
    """`level` is 0 low, 1 medium, 2 high, whatever the model calls it."""

    boot_s = 15.0
    share_difficulty = avalon_stats.DIFFICULTY

    def __init__(self, spec: MinerSpec, pools: Sequence[PoolEndpoint], clock: Clock, seed: int) -> None:
        super().__init__(spec, pools, clock, seed)
        self.model = MODELS[spec.model]
        self.level = 2
        self.slots = Pools.of(self.pools)
        self.calibrated_at_s = 0.0
        self.too_hot = False
        self.dna = f"02010000{hashlib.sha256(spec.mac.encode()).hexdigest()[:8]}"

    @property
    def calibrating(self) -> bool:
        """For a while after a boot or a switch of mode, when it refuses the next one."""
        return self.clock.now() < self.calibrated_at_s

    def calibrate(self) -> None:
        self.calibrated_at_s = self.clock.now() + CALIBRATION_S

    def set_level(self, level: int) -> None:
        self.level = level
        self.calibrate()
        self.retarget()

    # --- physics

    def set_point(self) -> SetPoint:
        if self.too_hot:
            return SetPoint(0.0, 6.0, 45.0)
        return self.model.levels[self.level]

    def on_boot(self) -> None:
        self.slots.boot()
        self.too_hot = self.overheated = False
        self.calibrate()

    def overheat(self) -> None:
        """It stops hashing until it is restarted."""
        self.too_hot = self.overheated = True
        self.retarget()

    def truth(self) -> dict[str, Any]:
        slot = self.slots.slots[self.slots.active]
        return {
            "level": self.level,
            "calibrating": self.calibrating,
            "dna": self.dna,
            "pool": avalon_pools.label(slot.url),
            "pool_user": slot.user,
            "pool_slot": self.slots.active,
        }

    # --- the API

    def answer(self, command: bytes) -> bytes:
        text = command.decode("latin-1").strip("\0\r\n ")
        if not text.startswith("{"):
            name, _, parameter = text.partition("|")
            return self._render(name, parameter, render_text)
        try:
            request = orjson.loads(text)
            name, parameter = str(request["command"]), str(request.get("parameter", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            self.counters.read()
            return render_json({"": Reply("E", 23, "Invalid JSON")}, joined=False)
        return self._render(name, parameter, render_json)

    def _render(self, name: str, parameter: str, render: Any) -> bytes:
        names = name.split("+")
        joined = len(names) > 1
        self._count(names, parameter)
        replies = {one: self._one(one, parameter, joined=joined) for one in dict.fromkeys(names)}
        rendered: bytes = render(replies, joined=joined)
        return rendered

    def _count(self, names: Sequence[str], parameter: str) -> None:
        """A question is a read; everything else counts as a write, known or not."""
        if all(name in self.model.reads for name in names) or (names == ["ascset"] and _asks(parameter)):
            self.counters.read()
        else:
            self.counters.write(f"{'+'.join(names)}|{parameter}".rstrip("|"))

    def _one(self, name: str, parameter: str, *, joined: bool) -> Reply:
        if name in self.model.reads:
            return self._read(name)
        if name not in self.model.writes:
            return INVALID
        if joined:
            return Reply("E", 45, f"Access denied to '{name}' command")
        return self._write(name, parameter)

    def _read(self, name: str) -> Reply:
        face = self._face()
        return _READS.get(name, _configuration)(face, self.slots)

    def _face(self) -> avalon_stats.Face:
        return avalon_stats.Face(
            model=self.model,
            firmware=self.spec.firmware,
            dna=self.dna,
            mac=self.spec.mac,
            level=self.level,
            calibrating=self.calibrating,
            sample=self.sample(),
            last_share_epoch=int(time.time()) - 5,
        )

    def _write(self, name: str, parameter: str) -> Reply:
        if name == "ascset":
            return ascset(self, parameter)
        if name == "setpool":
            return self._setpool(parameter)
        if name == "poolpriority":
            return self._prioritise(parameter)
        if name in _SLOT_COMMANDS:
            return self._slot(name, parameter)
        return INVALID

    # --- pools

    def _slot(self, name: str, parameter: str) -> Reply:
        slot = int(parameter) if parameter.isdecimal() else -1
        if not 0 <= slot < SLOTS:
            return Reply("E", 26, f"Invalid pool id {parameter} - range is 0 - {SLOTS - 1}")
        at = self.slots.slots[slot]
        if name == "switchpool":
            self.slots.switch(slot)
        else:
            self.slots.slots[slot] = Slot(at.url, at.user, at.password, name == "enablepool")
        code, verb = _SLOT_COMMANDS[name]
        return Reply("S", code, f"{verb} pool {slot}:'{at.url}'")

    def _prioritise(self, parameter: str) -> Reply:
        order = [int(part) for part in parameter.split(",") if part.isdecimal() and int(part) < SLOTS]
        if not order:
            return Reply("E", 26, f"Invalid pool id {parameter} - range is 0 - {SLOTS - 1}")
        rest = [slot for slot in self.slots.order if slot not in order]
        self.slots.order = list(dict.fromkeys(order)) + rest
        self.slots.active = self.slots.order[0]
        return Reply("S", 73, "Changed pool priorities")

    def _setpool(self, parameter: str) -> Reply:
        """`webuser,webpass,slot,url,worker,pass`: stored, and used after a reboot."""
        parts = parameter.split(",")
        if len(parts) != SETPOOL_ARGUMENTS:
            return Reply("E", 132, "Pool set error: missing arguments")
        user, password, number, url, worker, pool_password = parts
        if user != self.spec.web_user:
            return Reply("E", 132, "Pool set error: username err")
        if password != self.spec.web_password:
            return Reply("E", 132, "Pool set error: userpass err")
        if number not in {"0", "1", "2"}:
            return Reply("E", 132, "Pool set error: pool num must between 0 and 2")
        self.slots.stored[int(number)] = Slot(url, worker, pool_password)
        return Reply("S", 133, f"Pool {number} set:{url}\nPlease reboot miner to make config work")


def _stats(face: avalon_stats.Face, *more: Mapping[str, Any]) -> Reply:
    return Reply("S", 70, "CGMiner stats", "STATS", [avalon_stats.estats(face), *more])


def _configuration(_face: avalon_stats.Face, _slots: Pools) -> Reply:
    """Stands for the read commands nobody needs."""
    return Reply("S", 33, "CGMiner config", "CONFIG", [{"ASC Count": 1, "Pool Count": SLOTS, "OS": "Linux"}])


_READS: Mapping[str, Callable[[avalon_stats.Face, Pools], Reply]] = {
    "summary": lambda face, _slots: Reply("S", 11, "Summary", "SUMMARY", [avalon_stats.summary(face)]),
    "version": lambda face, _slots: Reply("S", 22, "CGMiner versions", "VERSION", [avalon_stats.version(face)]),
    "estats": lambda face, _slots: _stats(face),
    "stats": lambda face, _slots: _stats(
        face, *(avalon_stats.pool_stats(slot, face.sample.uptime_s) for slot in range(SLOTS))
    ),
    "litestats": lambda face, _slots: Reply("S", 70, "CGMiner stats", "STATS", [avalon_stats.litestats(face)]),
    "pools": lambda face, slots: Reply(
        "S", 7, f"{SLOTS} Pool(s)", "POOLS", slots.rows(face.sample, face.last_share_epoch)
    ),
    "coin": lambda _face, _slots: Reply("S", 78, "CGMiner coin", "COIN", [avalon_stats.coin()]),
}

_SLOT_COMMANDS: Mapping[str, tuple[int, str]] = {
    "switchpool": (27, "Switching to"),
    "enablepool": (47, "Enabling"),
    "disablepool": (48, "Disabling"),
}


def _asks(parameter: str) -> bool:
    """Whether an ascset only asks: `0,help` or `0,workmode,get`."""
    parts = parameter.split(",")
    return parts[1:] == ["help"] or parts[2:] == ["get"]
