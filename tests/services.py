"""pytest plugin: a PostgreSQL and a Valkey of the suite's own, up before Django's settings are read."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from hmm_project import config
from hmm_project.home import Home
from hmm_project.runtime import postgres, valkey
from hmm_project.runtime.privileges import Identity, become, die_with_parent, needs_reading_rights

DEADLINE_S = 20


def _spawn(command: list[str], identity: Identity | None, how: signal.Signals) -> subprocess.Popen[bytes]:
    parent = os.getpid()

    def prepare() -> None:
        if identity:
            become(identity)
        die_with_parent(parent, how)

    return subprocess.Popen(command, preexec_fn=prepare, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait_for_socket(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended with {process.returncode}")
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(path)) == 0:
                return
        time.sleep(0.01)  # noqa: TID251  polling a condition that has no event
    raise RuntimeError(f"nothing listens on {path}")


def _start() -> None:
    directory = Path(tempfile.mkdtemp(prefix="hmm-test-"))
    home = Home(directory)
    config.use(directory)
    home.run.mkdir()
    (directory / "config.yaml").write_text("devices: {allow_loopback: true}\n")
    binaries = postgres.programs()
    identity = None
    if os.geteuid() == 0:
        keep = needs_reading_rights([binaries, directory.parent])
        identity = Identity(postgres.NOBODY, postgres.NOBODY, keep)
        for path in (directory, home.run):
            shutil.chown(path, identity.uid, identity.gid)
    postgres.initialise(home, binaries, identity)
    started = [
        _spawn(postgres.command(home, binaries, durable=False), identity, signal.SIGINT),
        _spawn(valkey.command(home), identity, signal.SIGTERM),
    ]
    atexit.register(_stop, started, directory)
    _wait_for_socket(home.run / ".s.PGSQL.5432", started[0])
    _wait_for_socket(home.valkey_socket, started[1])
    _create_database(home)


def _create_database(home: Home) -> None:
    import psycopg

    password = home.postgres_password_file.read_text()
    deadline = time.monotonic() + DEADLINE_S
    while True:
        try:
            connection = psycopg.connect(
                host=str(home.run), user="hmm", password=password, dbname="postgres", autocommit=True
            )
            break
        except psycopg.OperationalError:  # "the database system is starting up"
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)  # noqa: TID251
    with connection:
        connection.execute(postgres.create_database_sql())


def _stop(started: list[subprocess.Popen[bytes]], directory: Path) -> None:
    started[0].send_signal(signal.SIGINT)
    started[1].terminate()
    for process in started:
        process.wait(timeout=DEADLINE_S)
    shutil.rmtree(directory, ignore_errors=True)


_start()
