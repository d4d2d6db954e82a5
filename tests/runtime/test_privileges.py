"""Giving up root: real processes, real capabilities."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from hmm_project.runtime.postgres import NOBODY
from hmm_project.runtime.privileges import Identity, become, needs_reading_rights
from hmm_project.runtime.waiting import until

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up root")
CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapAmb")
DAC_READ_SEARCH = 1 << 2


def as_somebody(identity: Identity, *command: str) -> str:
    return subprocess.run(
        command, preexec_fn=lambda: become(identity), capture_output=True, text=True, check=True, cwd="/"
    ).stdout


def capabilities(status: str) -> set[int]:
    rows = dict(line.split(":\t") for line in status.splitlines() if line.startswith("Cap"))
    return {int(rows[name], 16) for name in CAPABILITIES}


@only_root
def test_root_becomes_somebody_with_no_group_and_no_capability() -> None:
    status = as_somebody(Identity(NOBODY, 54_321), "/bin/cat", "/proc/self/status")
    assert f"Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}" in status
    assert "Gid:\t54321\t54321\t54321\t54321" in status
    assert "Groups:\t \n" in status
    assert capabilities(status) == {0}


@only_root
def test_the_one_capability_that_is_kept_reaches_what_is_started() -> None:
    status = as_somebody(Identity(NOBODY, NOBODY, keep_reading=True), "/bin/cat", "/proc/self/status")
    assert capabilities(status) == {DAC_READ_SEARCH}


@only_root
def test_it_reads_below_a_closed_directory_and_writes_nowhere(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "file").write_text("content")
    assert as_somebody(Identity(NOBODY, NOBODY, keep_reading=True), "/bin/cat", str(closed / "file")) == "content"
    for keep in (True, False):
        with pytest.raises(subprocess.CalledProcessError):
            as_somebody(Identity(NOBODY, NOBODY, keep), "/bin/sh", "-c", f"echo more >> '{closed}/file'")
    with pytest.raises(subprocess.CalledProcessError):
        as_somebody(Identity(NOBODY, NOBODY), "/bin/cat", str(closed / "file"))


@only_root
def test_there_is_no_way_back() -> None:
    script = "import os\ntry: os.setuid(0)\nexcept PermissionError: print('refused')"
    identity = Identity(NOBODY, NOBODY, keep_reading=True)
    assert as_somebody(identity, sys.executable, "-c", script) == "refused\n"


def test_closed_directories_are_seen_from_below() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as scratch:
        deep = Path(scratch) / "closed" / "deep"
        deep.mkdir(parents=True)
        Path(scratch).chmod(0o755)
        assert not needs_reading_rights([deep])
        deep.parent.chmod(0o700)
        assert needs_reading_rights([deep])
        assert not needs_reading_rights([Path(scratch)])


PARENT = """
    import os, signal, subprocess, sys
    from hmm_project.runtime.privileges import die_with_parent
    parent = os.getpid()
    child = subprocess.Popen(["/bin/sleep", "60"], preexec_fn=lambda: die_with_parent(parent, signal.SIGKILL))
    print(child.pid, flush=True)
    signal.pause()
"""


def test_a_child_dies_with_its_killed_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(PARENT)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert until(lambda: _is_gone(child), seconds=10)


def _is_gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True
