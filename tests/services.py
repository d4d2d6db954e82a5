"""pytest plugin: a PostgreSQL and a Valkey of the suite's own, up before Django's settings are read."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hmm_project import config
from hmm_project.home import Home
from hmm_project.runtime import folder, postgres, reach, valkey
from hmm_project.runtime.privileges import Identity, become, die_with_parent, needs_reading_rights
from hmm_project.runtime.waiting import listens, until

DEADLINE_S = 30
STARTED = ExitStack()


def _start() -> None:
    directory = Path(tempfile.mkdtemp(prefix="hmm-test-"))
    STARTED.callback(shutil.rmtree, directory, ignore_errors=True)
    home = Home(directory)
    config.use(directory)
    (directory / "config.yaml").write_text(
        "devices: {allow_loopback: true}\nendpoints: {octopus: 'http://127.0.0.1:9'}\n"
    )
    identity = None
    if os.geteuid() == 0:
        keep = needs_reading_rights([postgres.programs(home), directory.parent])
        identity = Identity(postgres.NOBODY, postgres.NOBODY, keep)
    folder.prepare(home, identity)
    binaries = postgres.programs(home)
    postgres.initialise(home, binaries, identity)
    database = postgres.command(home, binaries, durable=False)
    STARTED.enter_context(_running(database, postgres.socket_of(home), signal.SIGINT, identity))
    STARTED.enter_context(_running(valkey.command(home), home.valkey_socket, signal.SIGTERM, identity))
    reach.create_database(home)
    atexit.register(STARTED.close)


@contextmanager
def _running(command: Sequence[str], socket: Path, stop: signal.Signals, identity: Identity | None) -> Iterator[None]:
    parent = os.getpid()

    def prepare() -> None:
        if identity:
            become(identity)
        die_with_parent(parent, stop)

    process = subprocess.Popen(command, preexec_fn=prepare, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not until(lambda: listens(socket), seconds=DEADLINE_S):
            raise RuntimeError(f"nothing listens on {socket}; {command[0]} says {process.poll()}")
        yield
    finally:
        process.send_signal(stop)
        process.wait(timeout=DEADLINE_S)


_start()
