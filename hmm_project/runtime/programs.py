"""What runs side by side, as a table."""

from __future__ import annotations

import sys

from hmm_project.config import PROJECT, Config
from hmm_project.home import Home
from hmm_project.runtime import postgres, valkey
from hmm_project.runtime.program import Program

ROLES = ("web", "worker", "beat", "listener", "flower")


def table(config: Config, home: Home, *, role: str = "", demo: bool = False) -> list[Program]:
    """Every program of this start: the embedded servers it needs and all roles, or one role alone."""
    servers = list(_servers(config, home))
    sockets = tuple(_sockets(config, home))
    names = [role] if role else [name for name in ROLES if name != "flower" or config.flower]
    # Flower and the listener do not touch the database.
    roles = [_role(name, home, sockets) for name in names]
    if demo:
        roles.append(_demo(home))
    return servers + roles


def _servers(config: Config, home: Home) -> list[Program]:
    found = []
    if config.database == "embedded":
        command = tuple(postgres.command(home, postgres.programs(home)))
        # SIGINT is its fast shutdown: sessions are ended, data is written.
        found.append(
            Program(name="postgres", command=command, server=True, stop_signal="INT", orphan_signal="INT", stop_s=5)
        )
    if config.redis == "embedded":
        found.append(Program(name="valkey", command=tuple(valkey.command(home)), server=True))
    return found


def _sockets(config: Config, home: Home) -> list[str]:
    found = []
    if config.database == "embedded":
        found.append(str(postgres.socket_of(home)))
    if config.redis == "embedded":
        found.append(str(home.valkey_socket))
    return found


def _role(name: str, home: Home, sockets: tuple[str, ...]) -> Program:
    return Program(name=name, command=(*_manage(home), "role", name), waits_for=sockets)


def _demo(home: Home) -> Program:
    return Program(name="simulator", command=(*_manage(home), "simulate", "--demo"))


def _manage(home: Home) -> tuple[str, ...]:
    return sys.executable, str(PROJECT / "manage.py"), "--config", str(home.directory)
