"""`status`: what runs, what it weighs, how it is."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version
from typing import Any

from hmm_project import config as configuration
from hmm_project.home import Home
from hmm_project.runtime import folder, identity, memory, postgres, program, valkey
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.memory import Usage
from hmm_project.runtime.program import SIMULATOR, Running
from hmm_project.version import VERSION

HEALTH_S = 5


def main(arguments: list[str]) -> int:
    """Print the status; 1 when it does not run or is not well."""
    parser = argparse.ArgumentParser(prog="hmm status", description="Processes, memory and health of the running one.")
    parser.add_argument("--role", default="", help="of a single role that was started with 'up --role'")
    role = parser.parse_args(arguments).role
    home = configuration.current_home()
    supervisor = folder.running_pid(home, role)
    if supervisor is None:
        raise CannotStart(f"not running with {home.directory}")
    _look_as_owner(home, role, supervisor)
    try:
        running = program.load_running(home, role)
    except FileNotFoundError:
        raise CannotStart(f"process {supervisor} is still preparing {home.directory}") from None
    well, health = _health(running)
    print(f"Home Miner Manager {VERSION}, process {supervisor}, {home.directory}\n")  # noqa: T201
    print("\n".join([*_table(supervisor, running), "", *health, *_versions(home)]))  # noqa: T201
    return 0 if well else 1


def _look_as_owner(home: Home, role: str, supervisor: int) -> None:
    """Root of a container may not look into other accounts' processes; the account itself may."""
    try:
        memory.alone("supervisor", supervisor)
    except PermissionError:
        if os.geteuid() == 0:
            owner = folder.lock_file(home, role).stat()
            identity.assume(identity.like(owner.st_uid, owner.st_gid, home))


def _table(supervisor: int, running: Running) -> list[str]:
    try:
        usages = [memory.alone("supervisor", supervisor)]
        usages += [memory.usage(name, pid) for name, pid in running.pids.items()]
    except PermissionError:
        return ["memory: only root and the account that started it may look"]
    except (FileNotFoundError, ProcessLookupError):
        return ["memory: a process is just being restarted; ask again"]
    counted = [usage for usage in usages if usage.name != SIMULATOR]
    lines = [f"{'process':<12}{'pid':>8}{'processes':>11}{'memory (PSS)':>16}", *map(_row, counted)]
    lines.append(f"{'total':<12}{'':>8}{sum(usage.processes for usage in counted):>11}{_mib(counted):>16}")
    return lines + [f"{_row(usage)}  not part of the product" for usage in usages if usage.name == SIMULATOR]


def _row(usage: Usage) -> str:
    return f"{usage.name:<12}{usage.pid:>8}{usage.processes:>11}{_mib([usage]):>16}"


def _mib(usages: list[Usage]) -> str:
    return f"{sum(usage.pss_mib for usage in usages):.1f} MiB"


def _health(running: Running) -> tuple[bool, list[str]]:
    if not running.port:
        return True, []
    try:
        status, body = _ask(running.host, running.port)
    except (OSError, HTTPException, ValueError) as error:
        return False, [f"health    no answer on port {running.port}: {error}"]
    checks = ", ".join(f"{name} {answer}" for name, answer in body["checks"].items())
    return status == 200, [f"health    {body['status']}: {checks}"]  # noqa: PLR2004


def _ask(host: str, port: int) -> tuple[int, dict[str, Any]]:
    connection = HTTPConnection(host, port, timeout=HEALTH_S)
    try:
        connection.request("GET", "/api/health")
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read(100_000))
    finally:
        connection.close()


def _versions(home: Home) -> list[str]:
    config = configuration.load(home)
    named = {"Python": platform.python_version(), "Django": version("django"), "Celery": version("celery")}
    words = [f"{name} {number}" for name, number in named.items()]
    if config.database == "embedded":
        words.append(f"PostgreSQL {_first_version(str(postgres.programs(home) / 'postgres'))}")
    if config.redis == "embedded":
        words.append(f"Valkey {_first_version(str(valkey.program()))}")
    return [f"versions  {', '.join(words)}"]


def _first_version(server: str) -> str:
    said = subprocess.run([server, "--version"], capture_output=True, text=True, check=False, timeout=10).stdout  # noqa: S603
    return next((word.removeprefix("v=") for word in said.split() if any(char.isdigit() for char in word)), "unknown")
