"""`up`: prepares the configuration directory and the database, then turns into the supervisor."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from hmm_project import config as configuration
from hmm_project import environment, secrets
from hmm_project.config import PROJECT, Config
from hmm_project.environment import Environment
from hmm_project.home import Home
from hmm_project.runtime import database, folder, identity, postgres, program, programs
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.privileges import Identity
from hmm_project.runtime.servers import running
from hmm_project.runtime.waiting import port_is_free, until
from hmm_project.version import VERSION

PORT_PATIENCE_S = 3  # a start right after a kill: the old processes are still dying


def main(arguments: list[str]) -> int:
    """Never comes back when all is well."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if sys.platform != "linux":
        raise CannotStart("runs on Linux; use the container elsewhere")
    home = configuration.current_home()
    variables = environment.read()
    account = identity.chosen(variables, home)
    folder.prepare(home, account)
    folder.lock(home, options.role)
    config = configuration.load(home)
    fresh = _prepare_as_root(config, home, account)
    if account:
        identity.assume(account)
    table = programs.table(config, home, role=options.role)
    if any(each.name == "web" for each in table):
        _check_port(config.web.host, variables.web_port)
    _prepare_database(config, home)
    _greet(config, variables, home, fresh)
    program.save(home, table)
    _turn_into_supervisor(home)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hmm up", description="Run Home Miner Manager in the foreground.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--demo", action="store_true", help="throw-away configuration and a simulated house")
    what.add_argument("--role", choices=programs.ROLES, default="", help="one role against external servers")
    return parser


def _prepare_as_root(config: Config, home: Home, account: Identity | None) -> bool:
    """What root can still do for the account: the cluster and the key. Answers whether this is a first start."""
    fresh = not home.secret_file.exists()
    secrets.master_key(home)
    if account:
        folder.give(home.secret_file, account)
    if config.database == "embedded":
        postgres.initialise(home, postgres.programs(home), account)
    return fresh


def _check_port(host: str, port: int) -> None:
    try:
        free = until(lambda: port_is_free(host, port), seconds=PORT_PATIENCE_S)
    except OSError as error:
        raise CannotStart(
            f"cannot listen on {host} port {port}: {error.strerror}; check web.host and WEB_PORT"
        ) from None
    if not free:
        raise CannotStart(f"port {port} on {host} is taken; choose another with WEB_PORT=8081")


def _prepare_database(config: Config, home: Home) -> None:
    if config.database != "embedded":
        database.migrate(config, home)
        return
    command = postgres.command(home, postgres.programs(home))
    postgres.wait_for_predecessor(home)
    with running(command, postgres.socket_of(home), signal.SIGINT):
        database.create(home)
        database.migrate(config, home)


def _greet(config: Config, variables: Environment, home: Home, fresh: bool) -> None:
    host = "localhost" if config.web.host in {"0.0.0.0", "::"} else config.web.host  # noqa: S104
    lines = [
        f"Home Miner Manager {VERSION}",
        f"  page           http://{host}:{variables.web_port}/",
        f"  configuration  {home.directory}",
    ]
    if fresh and config.security.auth == "login":
        lines.append("  first start    open the page and choose a name and a password")
    print("\n".join(lines), flush=True)  # noqa: T201


def _turn_into_supervisor(home: Home) -> None:
    os.chdir(PROJECT)  # found by -m; and a directory that may be unmounted is not held
    command = [sys.executable, "-m", "hmm_project.runtime.supervise"]
    os.execv(sys.executable, [*command, str(program.programs_file(home)), str(Path(home.logs, "hmm.log"))])  # noqa: S606
