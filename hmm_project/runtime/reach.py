"""The servers at start: reached within seconds, or named in one line that never holds a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg

from hmm_project import connections
from hmm_project.config import Config
from hmm_project.home import Home
from hmm_project.runtime import postgres
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.waiting import until

REACH_S = 10
RECOVERY_S = 300
MIGRATION_LOCK = 0x484D4D  # "HMM": several machines may start against one database


def create_database(home: Home) -> None:
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
        raise CannotStart(f"{home.postgres}: {one_line(last[-1])}")


@contextmanager
def migration_lock(settings: dict[str, Any]) -> Iterator[None]:
    """Hold the database's one right to migrate; waits for another start that holds it. Raises CannotStart."""
    try:
        connection = _connect(settings)
    except psycopg.Error as error:
        place = f"{settings['HOST']}:{settings['PORT']}"
        raise CannotStart(f"config.yaml: database: {place} is not usable: {one_line(error)}") from None
    with connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        yield


def redis_server(url: str) -> None:
    """Raises CannotStart when it does not answer."""
    import redis

    try:
        redis.Redis.from_url(url, socket_timeout=REACH_S, socket_connect_timeout=REACH_S).ping()
    except (redis.RedisError, ValueError, OSError) as error:
        where = urlsplit(url)
        place = where.path if where.scheme == "unix" else where.netloc.rpartition("@")[2]
        raise CannotStart(f"config.yaml: redis: {place} is not usable: {one_line(error)}") from None


def one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _connect(settings: dict[str, Any], name: str = "") -> psycopg.Connection:
    parameters = connections.psycopg_parameters(settings) | ({"dbname": name} if name else {})
    return psycopg.connect(**parameters, connect_timeout=REACH_S, autocommit=True)
