"""The database at start: reached within seconds or named in one line, made where it is ours, migrated by one start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from hmm_project import connections
from hmm_project.config import PROJECT, Config
from hmm_project.home import Home
from hmm_project.runtime import postgres
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.waiting import until

REACH_S = 10
RECOVERY_S = 300
QUIETLY = ("--no-input", "--skip-checks", "--verbosity", "0")
MIGRATION_LOCK = 0x484D4D  # "HMM": several machines may start against one database


def create(home: Home) -> None:
    """Make the embedded server's database unless it is there; waits while the server still recovers."""
    settings = connections.database(Config(), home)
    last: list[psycopg.Error] = []

    def made() -> bool:
        try:
            with _connect(settings, "postgres") as connection:
                row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [settings["NAME"]]).fetchone()
                if row is None:
                    connection.execute(postgres.create_database_sql())
        except psycopg.OperationalError as error:  # "the database system is starting up"
            last.append(error)
            return False
        return True

    if not until(made, seconds=RECOVERY_S):
        raise CannotStart(f"{home.postgres}: {last[-1]}")


def migrate(config: Config, home: Home) -> None:
    """Bring the schema up to date, in a process of its own. Raises CannotStart."""
    with _alone(config, home):
        done = subprocess.run(  # noqa: S603
            [sys.executable, str(PROJECT / "manage.py"), "--config", str(home.directory), "migrate", *QUIETLY],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        (home.logs / "migrate.log").write_text(done.stdout + done.stderr)
        raise CannotStart(
            f"the database schema could not be brought up to date: {last[0]} (all of it: {home.logs}/migrate.log)"
        )


@contextmanager
def _alone(config: Config, home: Home) -> Iterator[None]:
    settings = connections.database(config, home)
    if settings["ENGINE"].endswith("sqlite3"):
        yield
        return
    try:
        connection = _connect(settings)
    except psycopg.Error as error:
        raise CannotStart(f"database: {settings['HOST']}:{settings['PORT']} is not usable: {_reason(error)}") from None
    with connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        yield


def _reason(error: psycopg.Error) -> str:
    return " ".join(str(error).split())


def _connect(settings: dict[str, Any], name: str = "") -> psycopg.Connection:
    parameters = connections.psycopg_parameters(settings) | ({"dbname": name} if name else {})
    return psycopg.connect(**parameters, connect_timeout=REACH_S, autocommit=True)
