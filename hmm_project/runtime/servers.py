"""A server for the length of a block: what preparation and tests need before supervision takes over."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.privileges import Identity, become, die_with_parent
from hmm_project.runtime.waiting import listens, until

START_S = 60  # a database that recovers after a power cut takes a while
STOP_S = 30


@contextmanager
def running(
    command: Sequence[str], socket: Path, stop: signal.Signals, identity: Identity | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start `command`, wait until it listens on `socket`, stop it with `stop` at the end. Raises CannotStart."""
    parent = os.getpid()

    def prepare() -> None:
        if identity:
            become(identity)
        os.setpgrp()  # Ctrl-C is for us; the server is stopped in order
        die_with_parent(parent, stop)

    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, preexec_fn=prepare, stdout=said, stderr=said)  # noqa: S603
        try:
            until(lambda: listens(socket) or process.poll() is not None, seconds=START_S)
            if process.poll() is not None or not listens(socket):
                said.seek(0)
                words = said.read().decode(errors="replace").strip()[-400:]
                raise CannotStart(f"{Path(command[0]).name} does not start: {words or 'it says nothing'}")
            yield process
        finally:
            process.send_signal(stop)
            try:
                process.wait(timeout=STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
