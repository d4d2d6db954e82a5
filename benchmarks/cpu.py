"""CPU time of running processes, in seconds, to the nanosecond."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def of_process(pid: int) -> float:
    """All threads of a process; 0 when it has gone."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # the kernel's numbering of another process's CPU clock
    except OSError:
        return 0.0


def of_tree(pid: int) -> float:
    """A process, its children, and those it has buried: PostgreSQL with all its backends."""
    return sum(map(of_process, [pid, *children(pid)])) + _buried(pid)


def children(pid: int) -> Iterable[int]:
    """All descendants."""
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            yield child
            yield from children(child)


def _buried(pid: int) -> float:
    """What ended children used, in ticks of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[13]) + int(fields[14])) / TICKS
