"""Several starts, one role each, against one PostgreSQL and one Redis: what a farm of several machines does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from hmm_project import config
from hmm_project.runtime.postgres import NOBODY
from hmm_project.runtime.waiting import until
from tests.e2e.house import House, processes_of

pytestmark = pytest.mark.e2e
DATABASE = "farm"
AS_THE_SERVERS = {"PUID": str(NOBODY), "PGID": str(NOBODY)}  # whose sockets they are


@pytest.fixture
def settings() -> str:
    """config.yaml for the suite's own servers, with a fresh database."""
    home = config.current_home()
    password = home.postgres_password_file.read_text().strip()
    where = {"host": str(home.run), "user": "hmm", "password": password, "dbname": "postgres"}
    with psycopg.connect(**where, autocommit=True) as connection:  # type: ignore[arg-type]
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    database = f"postgresql://hmm:{quote(password)}@/{DATABASE}?host={quote(str(home.run), safe='')}"
    return f"database: {database}\nredis: unix://{home.valkey_socket}?db=5\n"


def test_web_worker_and_beat_apart_are_one_healthy_house(
    settings: str, tmp_path: Path, another: Callable[..., House]
) -> None:
    started = {}
    for role in ("web", "worker", "beat"):
        directory = tmp_path / role
        directory.mkdir()
        (directory / "config.yaml").write_text(settings)
        started[role] = another(directory, arguments=("--role", role), variables=AS_THE_SERVERS).start()
    web = started["web"]
    web.wait_until_healthy()
    assert {"postgres", "valkey"}.isdisjoint(web.pids("web"))
    code, output = started["worker"].say("status", "--role", "worker")
    assert (code, "\nworker " in output) == (0, True)
    started["worker"].stop()
    assert until(lambda: web.ask()[1]["checks"]["worker"] != "ok", seconds=30)
    assert web.ask()[0] == 503
    for role in ("web", "beat"):
        assert started[role].stop() == 0
    assert processes_of(tmp_path) == []
