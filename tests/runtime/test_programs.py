"""Which programs a configuration means."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmm_project.config import Config
from hmm_project.home import Home
from hmm_project.runtime import program, programs
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.house import House
from hmm_project.runtime.preparation import refuse_embedded
from hmm_project.runtime.program import Program, Stage, Start

EXTERNAL = Config(database="postgresql://box/hmm", redis="redis://box/0")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def names(table: list[Program]) -> list[str]:
    return [each.name for each in table]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (Config(), "postgres valkey prepare web worker beat listener flower"),
        (Config(flower=False), "postgres valkey prepare web worker beat listener"),
        (Config(database="sqlite"), "valkey prepare web worker beat listener flower"),
        (EXTERNAL, "prepare web worker beat listener flower"),
    ],
    ids=["embedded", "without Flower", "SQLite", "external"],
)
def test_a_configuration_means_these_programs(home: Home, config: Config, expected: str) -> None:
    assert names(programs.table(config, home)) == expected.split()


@pytest.mark.parametrize(
    ("role", "expected"), [("worker", ["prepare", "worker"]), ("listener", ["listener"]), ("flower", ["flower"])]
)
def test_a_role_alone_prepares_what_it_needs(home: Home, role: str, expected: list[str]) -> None:
    assert names(programs.table(EXTERNAL, home, role=role)) == expected


def test_a_demo_has_a_simulator_that_is_told_its_house(home: Home) -> None:
    *_, simulator = programs.table(Config(), home, house=House(3, 90))
    assert simulator.command[-5:] == ("--demo", "--instance", "3", "--shift", "90")
    assert simulator.stage == Stage.ROLES


def test_preparation_waits_for_the_servers_and_the_roles_for_the_preparation(home: Home) -> None:
    by_name = {each.name: each for each in programs.table(Config(), home)}
    done = str(program.prepared_file(home))
    assert by_name["prepare"].waits_for == (str(home.valkey_socket),)  # PostgreSQL it awaits while it loads
    assert all(by_name[name].waits_for == (done,) for name in ("worker", "beat", "listener", "flower"))
    assert by_name["web"].command[-2:] == ("--after", done)


@pytest.mark.parametrize(
    ("config", "role", "key"),
    [
        (Config(), "worker", "database"),
        (Config(database="postgresql://box/hmm"), "web", "redis"),
        (Config(), "listener", "redis"),
    ],
)
def test_a_role_alone_has_nobody_who_starts_servers(config: Config, role: str, key: str) -> None:
    with pytest.raises(CannotStart, match=f"--role {role} needs an external server: write '{key}: "):
        refuse_embedded(config, role)


def test_external_servers_are_all_a_role_needs() -> None:
    refuse_embedded(EXTERNAL, "worker")
    refuse_embedded(Config(redis="redis://box/0"), "flower")
    refuse_embedded(Config(), "")


def test_the_supervisor_reads_what_was_written_for_it(home: Home) -> None:
    home.run.mkdir()
    start = Start(programs=tuple(programs.table(Config(), home)), log="l", running_file="r", port=1)
    assert program.load_start(program.save_start(home, start, "")) == start
