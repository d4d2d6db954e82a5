"""Memory is counted with the processes below."""

from __future__ import annotations

import os
import subprocess
import sys

from hmm_project.runtime import memory

GROW = "import subprocess, sys; block = b'x' * 40_000_000; {then}; print('grown', flush=True); sys.stdin.read()"


def test_a_family_is_counted_whole() -> None:
    inner = GROW.format(then="pass")
    outer = GROW.format(then=f"child = subprocess.Popen([sys.executable, '-c', {inner!r}])")
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert [process.stdout.readline() for _ in range(2)] == ["grown\n"] * 2
        family = memory.usage("both", process.pid)
        alone = memory.alone("one", process.pid)
        process.communicate("")
    assert (family.processes, alone.processes) == (2, 1)
    assert 38 < alone.pss_mib < 60
    assert 38 < family.pss_mib - alone.pss_mib < 60


def test_this_process_has_memory() -> None:
    assert memory.alone("self", os.getpid()).pss_mib > 5
