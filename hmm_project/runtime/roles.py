"""`role NAME`: one process of the product. Each imports no more than it needs: memory is counted in megabytes."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import django

from hmm_project import config as configuration
from hmm_project import connections, environment
from hmm_project.config import Config
from hmm_project.home import Home
from hmm_project.runtime.memory import give_back, load_undisturbed
from hmm_project.runtime.programs import ROLES

if TYPE_CHECKING:
    from celery import Celery

WORKER_THREADS = 4


def main(arguments: list[str]) -> int:
    """Run one role until it is told to end."""
    parser = argparse.ArgumentParser(prog="hmm role", description="Run one process; 'hmm up' starts them all.")
    parser.add_argument("name", choices=ROLES)
    parser.add_argument("--after", type=Path, help="serve pages once this file is there")
    options = parser.parse_args(arguments)
    home = configuration.current_home()
    config = configuration.load(home)
    configuration.play(options.name)
    load_undisturbed()
    if options.name == "web":
        return _web(config, options.after)
    return STARTERS[options.name](config, home)


def _web(config: Config, after: Path | None) -> int:
    from hmm_project.runtime import web

    return web.serve(config.web.host, environment.read().web_port, after)


def _worker(_: Config, __: Home) -> int:
    app = _celery()
    from celery.exceptions import SecurityWarning

    warnings.simplefilter("ignore", SecurityWarning)  # it takes a group without a name for root's
    worker = app.Worker(
        pool="threads",
        concurrency=WORKER_THREADS,
        loglevel="INFO",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
    )
    give_back()
    worker.start()
    return int(worker.exitcode or 0)


def _beat(_: Config, __: Home) -> int:
    beat = _celery().Beat(loglevel="INFO", quiet=True)
    django.setup()
    import_module("hmm_project.beat")
    give_back()
    beat.run()
    return 0


def _listener(config: Config, home: Home) -> int:
    port = config.devices.nmminer_port
    ports = ["--port", str(port), "--config-port", str(port + 1)]  # the firmware uses neighbours
    _leave_on_standard_input(connections.redis_url(config, home))
    _become("miners.listener", ["--redis", "-", *ports])


def _flower(config: Config, home: Home) -> int:
    _leave_on_standard_input(connections.broker_url(config, home))
    _become("hmm_project.runtime.monitor", [str(home.flower_socket)])


STARTERS: dict[str, Callable[[Config, Home], int]] = {
    "worker": _worker,
    "beat": _beat,
    "listener": _listener,
    "flower": _flower,
}


def _celery() -> Celery:
    # Celery would run Django's system checks, which import every page and form into worker and beat.
    os.environ["CELERY_SKIP_CHECKS"] = "1"  # noqa: TID251
    from hmm_project.celery import app

    return app


def _become(module: str, arguments: list[str]) -> NoReturn:
    """Replace this process by a module that needs neither Django nor config.yaml."""
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606


def _leave_on_standard_input(line: str) -> None:
    """For the module to come: arguments are public, and a URL may hold a password."""
    reading, writing = os.pipe()
    os.write(writing, f"{line}\n".encode())
    os.close(writing)
    os.dup2(reading, 0)
