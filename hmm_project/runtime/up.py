"""`up`: prepares the configuration directory and the database, then turns into the supervisor."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from hmm_project import config as configuration
from hmm_project import environment
from hmm_project.config import PROJECT, Config
from hmm_project.environment import Environment
from hmm_project.home import Home
from hmm_project.runtime import folder, identity, preparation, program, programs
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.house import House
from hmm_project.runtime.program import STOPS, Start
from hmm_project.runtime.waiting import port_is_free, until
from hmm_project.version import VERSION

PORT_PATIENCE_S = 3  # a start right after a kill: the old processes are still dying
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def main(arguments: list[str]) -> NoReturn:
    """Raises CannotStart, or turns into the supervisor and never comes back."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if sys.platform != "linux":
        raise CannotStart("runs on Linux; use the container elsewhere")
    variables = environment.read()
    if options.demo:
        from hmm_project.runtime import demo  # the simulators take a while to load

        with demo.chosen() as house:
            _start(variables, "", house)
    _start(variables, options.role, None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hmm up", description="Run Home Miner Manager in the foreground.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--demo", action="store_true", help="a throw-away configuration and a simulated house")
    what.add_argument("--role", choices=programs.ROLES, default="", help="one role against external servers")
    return parser


def _start(variables: Environment, role: str, house: House | None) -> NoReturn:
    """1. Directory, lock. 2. config.yaml. 3. What only root can do. 4. Account. 5. Port. 6. Supervisor."""
    home = configuration.current_home()
    account = identity.chosen(variables, home)
    folder.prepare(home, account)
    folder.lock(home, role, account)
    config = configuration.load(home)
    preparation.refuse_embedded(config, role)
    fresh = preparation.as_root(config, home, account)
    if account:
        identity.assume(account)
    table = programs.table(config, home, role=role, house=house)
    serves = any(each.name == "web" for each in table)
    if serves:
        _check_port(config.web.host, variables.web_port)
    _greet(config, home, f"http://{_reachable(config)}:{variables.web_port}/" if serves else "", fresh=fresh)
    for stale in (program.running_file(home, role), program.prepared_file(home, role)):
        stale.unlink(missing_ok=True)
    start = Start(
        programs=tuple(table),
        log=str(home.logs / (f"hmm-{role}.log" if role else "hmm.log")),
        running_file=str(program.running_file(home, role)),
        host=_reachable(config),
        port=variables.web_port if serves else 0,
        remove=str(home.directory) if house else "",
    )
    _turn_into_supervisor(program.save_start(home, start, role))


def _check_port(host: str, port: int) -> None:
    try:
        free = until(lambda: port_is_free(host, port), seconds=PORT_PATIENCE_S)
    except PermissionError:
        raise CannotStart(f"port {port} is for root alone; choose one from 1024, such as WEB_PORT=8080") from None
    except OSError as error:
        raise CannotStart(
            f"cannot listen on {host} port {port}: {error.strerror}; check web.host in config.yaml"
        ) from None
    if not free:
        raise CannotStart(f"port {port} on {host} is taken; choose another, such as WEB_PORT={port % 60_000 + 1}")


def _reachable(config: Config) -> str:
    """Where this machine itself finds the web process."""
    return EVERYWHERE.get(config.web.host, config.web.host)


def _greet(config: Config, home: Home, url: str, *, fresh: bool) -> None:
    lines = [f"Home Miner Manager {VERSION} is starting; Ctrl-C stops it"]
    if url:
        lines.append(f"  page           {url}")
    lines.append(f"  configuration  {home.directory}")
    if url and fresh and config.security.auth == "login":
        lines.append("  first start    open the page and choose a name and a password")
    print("\n".join(lines), flush=True)  # noqa: T201


def _turn_into_supervisor(file: Path) -> NoReturn:
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # kept until the supervisor can hear them
    os.chdir(PROJECT)  # where -m finds it; and a directory that may be unmounted is not held
    os.execv(sys.executable, [sys.executable, "-m", "hmm_project.runtime.supervise", str(file)])  # noqa: S606
