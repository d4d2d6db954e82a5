"""Finding the server that fits the data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hmm_project.home import Home
from hmm_project.runtime import postgres
from hmm_project.runtime.postgres import NoServer


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.postgres.mkdir()
    return home


def test_new_data_gets_the_newest_server(home: Home) -> None:
    assert postgres.version(postgres.programs(home)) >= 17


def test_data_of_a_version_that_is_not_here_is_left_alone_and_told(home: Home) -> None:
    (home.postgres / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(NoServer, match=r"postgres: made by PostgreSQL 9, and only .* is here; install PostgreSQL 9"):
        postgres.programs(home)


@pytest.mark.parametrize("content", ["", "no number\n", "4194305\n", f"{os.getpid()}\n/elsewhere\n"])
def test_a_left_over_pid_file_of_nobody_or_a_stranger_holds_nobody_up(home: Home, content: str) -> None:
    (home.postgres / "postmaster.pid").write_text(content)
    postgres.wait_for_predecessor(home)


def test_a_cluster_is_made_once(tmp_path: Path) -> None:
    home = Home(tmp_path)
    identity = postgres.Identity(postgres.NOBODY, postgres.NOBODY, keep_reading=True) if os.geteuid() == 0 else None
    assert postgres.initialise(home, postgres.programs(home), identity)
    password = home.postgres_password_file.read_text()
    assert len(password) > 20
    assert home.postgres_password_file.stat().st_mode & 0o077 == 0
    assert not postgres.initialise(home, postgres.programs(home), identity)
    assert home.postgres_password_file.read_text() == password
