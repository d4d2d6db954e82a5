"""pytest plugin: a PostgreSQL and a Valkey of the suite's own, up before Django's settings are read."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hmm_project import config
from hmm_project.home import Home
from hmm_project.runtime import database, folder, postgres, valkey
from hmm_project.runtime.privileges import Identity, needs_reading_rights
from hmm_project.runtime.servers import running

STARTED = ExitStack()


def _start() -> None:
    directory = Path(tempfile.mkdtemp(prefix="hmm-test-"))
    STARTED.callback(shutil.rmtree, directory, ignore_errors=True)
    home = Home(directory)
    config.use(directory)
    (directory / "config.yaml").write_text("devices: {allow_loopback: true}\n")
    identity = None
    if os.geteuid() == 0:
        keep = needs_reading_rights([postgres.programs(home), directory.parent])
        identity = Identity(postgres.NOBODY, postgres.NOBODY, keep)
    folder.prepare(home, identity)
    binaries = postgres.programs(home)
    postgres.initialise(home, binaries, identity)
    server = postgres.command(home, binaries, durable=False)
    STARTED.enter_context(running(server, postgres.socket_of(home), signal.SIGINT, identity))
    STARTED.enter_context(running(valkey.command(home), home.valkey_socket, signal.SIGTERM, identity))
    database.create(home)
    atexit.register(STARTED.close)


_start()
