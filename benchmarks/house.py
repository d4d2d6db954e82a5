"""A house to measure in: PostgreSQL and Valkey of its own, simulated devices, and processes that are ended for sure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

import tests.services  # noqa: F401  starts PostgreSQL and Valkey and stops them at exit
from hmm_project import config
from hmm_project.config import PROJECT
from hmm_project.home import Home

os.environ["DJANGO_SETTINGS_MODULE"] = "hmm_project.settings"  # noqa: TID251  Django's own
django.setup()

HOME: Home = config.current_home()
END_S = 20
Process = subprocess.Popen[str]


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def postmaster() -> int:
    """The process id of PostgreSQL."""
    return int((HOME.postgres / "postmaster.pid").read_text().splitlines()[0])


@contextmanager
def started(arguments: Sequence[str | Path], *, log: Path) -> Iterator[Process]:
    """A Python process of the project, with pipes, its errors in `log`; ended with the block."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=END_S)


@contextmanager
def worker() -> Iterator[Process]:
    """The product's own worker."""
    with started(["manage.py", "--config", HOME.directory, "role", "worker"], log=HOME.directory / "worker.log") as one:
        yield one


@contextmanager
def simulated(fleet: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The fleet in a process of its own; its rows (name, kind, address), the control endpoint first."""
    file = HOME.directory / "fleet.yaml"
    file.write_text(json.dumps(fleet))
    command = ["manage.py", "simulate", "--json", "--fleet", file]
    with started(command, log=HOME.directory / "simulators.log") as process:
        assert process.stdout is not None
        rows = []
        expected = 1 + sum(entry["count"] for entry in fleet["miners"])
        while len(rows) < expected:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError((HOME.directory / "simulators.log").read_text())
            rows.append(json.loads(line))
        yield rows
