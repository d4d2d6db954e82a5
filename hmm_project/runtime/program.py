"""The supervised programs, and the two files about them: what to run, and what runs. Imported by small processes."""

from __future__ import annotations

import json
import signal
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from hmm_project.home import Home

SIMULATOR = "simulator"
STOPS = (signal.SIGINT, signal.SIGTERM)


class Stage(StrEnum):
    """Started in this order, stopped in the other."""

    SERVERS = "servers"
    PREPARATION = "preparation"  # runs once; when it fails, everything stops
    ROLES = "roles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One supervised process."""

    name: str
    command: tuple[str, ...]
    stage: Stage = Stage.ROLES
    waits_for: tuple[str, ...] = ()  # sockets that must accept connections and files that must exist first
    niceness: int = 0
    stop_signal: str = "TERM"
    stop_s: int = 4  # then SIGKILL
    orphan_signal: str = "KILL"  # when the supervisor itself is killed


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Everything the supervisor is told."""

    programs: tuple[Program, ...]
    log: str
    running_file: str
    host: str = ""  # where the web process can be asked from this machine
    port: int = 0  # 0: no web process
    remove: str = ""  # a throw-away directory, removed at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What the supervisor says of itself."""

    host: str
    port: int
    pids: dict[str, int] = field(default_factory=dict)


def _file(home: Home, name: str, role: str) -> Path:
    return home.run / (f"{role}-{name}" if role else name)


def prepared_file(home: Home, role: str = "") -> Path:
    """There once the preparation of this start has succeeded."""
    return _file(home, "prepared", role)


def running_file(home: Home, role: str = "") -> Path:
    return _file(home, "running.json", role)


def save_start(home: Home, start: Start, role: str) -> Path:
    file = _file(home, "start.json", role)
    file.write_text(json.dumps(asdict(start), indent=1))
    return file


def load_start(file: Path) -> Start:
    row = json.loads(file.read_text())
    return Start(**row | {"programs": tuple(_program(each) for each in row["programs"])})


def _program(row: dict[str, Any]) -> Program:
    tuples = {name: tuple(row[name]) for name in ("command", "waits_for")}
    return Program(**row | tuples | {"stage": Stage(row["stage"])})


def load_running(home: Home, role: str = "") -> Running:
    """Raises FileNotFoundError before the supervisor has started anything."""
    return Running(**json.loads(running_file(home, role).read_text()))


def save_running(file: Path, running: Running) -> None:
    """Replace the file whole: a reader never sees half of it."""
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(running)))
    fresh.replace(file)
