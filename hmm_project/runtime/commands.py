"""The command line: usage, `--config DIR` anywhere, exit codes, and which commands do without Django."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

from hmm_project.runtime.errors import CannotStart, WrongUsage

USAGE = """\
Home Miner Manager

  ./hmm up                       run it: web page, worker, schedule and its own servers, in the foreground
  ./hmm up --demo                the same with a simulated house: miners, tariff, Home Assistant, pools
  ./hmm up --role ROLE           one role (web, worker, beat, listener, flower) against external servers
  ./hmm status                   processes, memory and health of the running one
  ./hmm token NAME               make an API token and show it once
  ./hmm simulate --fleet FILE    simulated miners on loopback
  ./hmm test [pytest arguments]  every check, or only these tests
  ./hmm help                     this page; COMMAND --help says more

Every command takes --config DIR (default: /config where it exists, else config beside the code).
Environment: WEB_PORT=8080 TZ=Europe/London PUID=1000 PGID=1000. Everything else is in DIR/config.yaml or on the pages.
Exit codes: 0 good, 1 failure with one clear line, 2 wrong usage.
"""

# These run before there is a database, or must stay small; all other commands are Django's.
WITHOUT_DJANGO = {
    "up": "hmm_project.runtime.up",
    "prepare": "hmm_project.runtime.prepare",
    "role": "hmm_project.runtime.roles",
    "simulate": "hmm_project.simulation",
    "status": "hmm_project.runtime.status",
    "test": "hmm_project.runtime.suite",
}
GOOD, FAILED, MISUSED = 0, 1, 2


def run(arguments: list[str]) -> int:
    """Run one command line; answers the exit code."""
    if not arguments:
        sys.stderr.write(USAGE)
        return MISUSED
    if arguments[0] in {"-h", "--help"} or arguments == ["help"]:
        sys.stdout.write(USAGE)
        return GOOD
    try:
        return _run(arguments)
    except WrongUsage as error:
        sys.stderr.write(f"hmm: {error}\n")
        return MISUSED
    except CannotStart as error:
        sys.stderr.write(f"hmm: {error}\n")
        return FAILED
    except KeyboardInterrupt:
        return GOOD


def _run(arguments: list[str]) -> int:
    from hmm_project import config, environment

    rest, directory = split_config(arguments)
    if not rest:
        raise WrongUsage("no command; './hmm help' lists them")
    if directory is not None:
        config.use(directory)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hmm_project.settings"  # noqa: TID251  Django's own, never read by us
    try:
        if rest[0] in WITHOUT_DJANGO:
            return int(import_module(WITHOUT_DJANGO[rest[0]]).main(rest[1:]))
        return _run_django(rest)
    except (config.ConfigError, environment.BadVariable) as error:
        raise CannotStart(str(error)) from None
    except PermissionError as error:
        raise CannotStart(f"{error.filename}: {error.strerror}; use the account that runs './hmm up'") from None


def _run_django(arguments: list[str]) -> int:
    import django
    from django.core.management import execute_from_command_line, get_commands
    from django.db import OperationalError

    django.setup()
    if arguments[0] != "help" and arguments[0] not in get_commands():
        raise WrongUsage(f"unknown command {arguments[0]!r}; './hmm help' lists them")
    try:
        execute_from_command_line(["hmm", *arguments])
    except OperationalError as error:
        reason = " ".join(str(error).split())
        raise CannotStart(f"the database does not answer: {reason}; is './hmm up' running?") from None
    return GOOD


def split_config(arguments: list[str]) -> tuple[list[str], Path | None]:
    """Take `--config DIR` or `--config=DIR` out, wherever it stands before a lone `--`."""
    rest: list[str] = []
    directory: str | None = None
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            rest += [word, *waiting]
            break
        if word == "--config":
            directory = waiting.pop(0) if waiting else ""
        elif word.startswith("--config="):
            directory = word.removeprefix("--config=")
        else:
            rest.append(word)
    if directory == "":
        raise WrongUsage("--config needs a directory")
    return rest, Path(directory) if directory is not None else None
