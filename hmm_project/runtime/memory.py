"""Memory of processes in proportional set size: a page shared by n processes counts 1/n for each, so sums are true."""

from __future__ import annotations

import ctypes
import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KIB_PER_MIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One supervised program with every process below it."""

    name: str
    pid: int
    processes: int
    pss_mib: float


def usage(name: str, pid: int) -> Usage:
    """What `pid` and its descendants use now. Raises OSError when it has ended or belongs to another account."""
    family = [_pss_mib(pid), *_still_there(_descendants(pid))]
    return Usage(name=name, pid=pid, processes=len(family), pss_mib=sum(family))


def alone(name: str, pid: int) -> Usage:
    """What this one process uses, without those below it."""
    return Usage(name=name, pid=pid, processes=1, pss_mib=_pss_mib(pid))


def _pss_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / KIB_PER_MIB
    return 0.0


def _still_there(pids: Iterable[int]) -> Iterator[float]:
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):  # a database session comes and goes
            yield _pss_mib(pid)


def _descendants(pid: int) -> list[int]:
    children = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (parent := _parent(entry)) is not None:
            children[parent].append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        waiting += (below := children[waiting.pop()])
        found += below
    return found


def _parent(entry: Path) -> int | None:
    try:
        after_name = (entry / "stat").read_text().rpartition(")")[2]
    except OSError:  # it has just ended
        return None
    return int(after_name.split()[1])


def load_undisturbed() -> None:
    """Before many modules are loaded, which leaves little garbage: do not look for it hundreds of times meanwhile."""
    gc.disable()


def give_back() -> None:
    """Once everything is loaded: look for garbage from now on, but no more among modules, and return what loading
    left free in the heap to the kernel."""
    gc.collect()
    gc.freeze()
    gc.enable()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if trim:
        trim(0)
