"""What runs side by side, as a table."""

from __future__ import annotations

import sys

from hmm_project.config import PROJECT, Config
from hmm_project.home import Home
from hmm_project.runtime import postgres, valkey
from hmm_project.runtime.house import House
from hmm_project.runtime.program import SIMULATOR, Program, Stage, prepared_file

ROLES = ("web", "worker", "beat", "listener", "flower")
WITHOUT_DATABASE = {"listener", "flower"}
NICENESS = {"flower": 10}  # a look at the machinery never slows the machinery


def table(config: Config, home: Home, *, role: str = "", house: House | None = None) -> list[Program]:
    """Every program of this start: the embedded servers it needs and all roles, or one role alone."""
    servers = list(_servers(config, home))
    names = [role] if role else [name for name in ROLES if name != "flower" or config.flower]
    sockets = [str(home.valkey_socket)] if config.redis == "embedded" else []  # PostgreSQL it awaits by itself
    done = str(prepared_file(home, role))
    roles = [_role(name, home, done) for name in names]
    if role in WITHOUT_DATABASE:
        return [_role(role, home)]
    if house:
        roles.append(Program(name=SIMULATOR, command=(*_manage(home), "simulate", *house.simulate)))
    return [*servers, _preparation(home, sockets, done, house), *roles]


def _servers(config: Config, home: Home) -> list[Program]:
    found = []
    if config.database == "embedded":
        command = tuple(postgres.command(home, postgres.programs(home)))
        # SIGINT is its fast shutdown: sessions are ended, data is written.
        found.append(
            Program(
                name="postgres",
                command=command,
                stage=Stage.SERVERS,
                stop_signal="INT",
                orphan_signal="INT",
                stop_s=5,
            )
        )
    if config.redis == "embedded":
        found.append(Program(name="valkey", command=tuple(valkey.command(home)), stage=Stage.SERVERS))
    return found


def _preparation(home: Home, sockets: list[str], done: str, house: House | None) -> Program:
    furnish = ("--house", str(house.instance), str(house.shift_minutes)) if house else ()
    return Program(
        name="prepare",
        command=(*_manage(home), "prepare", "--done", done, *furnish),
        stage=Stage.PREPARATION,
        waits_for=tuple(sockets),
    )


def _role(name: str, home: Home, done: str = "") -> Program:
    command = (*_manage(home), "role", name)
    if name == "web" and done:  # it loads its pages meanwhile
        return Program(name=name, command=(*command, "--after", done))
    waits_for = (done,) if done else ()
    return Program(name=name, command=command, waits_for=waits_for, niceness=NICENESS.get(name, 0))


def _manage(home: Home) -> tuple[str, ...]:
    return sys.executable, str(PROJECT / "manage.py"), "--config", str(home.directory)
