"""One supervised program, and the file that hands a table of them to the supervisor. Imported by small processes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from hmm_project.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One supervised process. Servers start first and stop last."""

    name: str
    command: tuple[str, ...]
    server: bool = False
    waits_for: tuple[str, ...] = ()  # UNIX sockets that must accept connections first
    stop_signal: str = "TERM"
    stop_s: int = 4  # then SIGKILL
    orphan_signal: str = "KILL"  # when the supervisor itself is killed


def programs_file(home: Home) -> Path:
    return home.run / "programs.json"


def save(home: Home, programs: list[Program]) -> None:
    programs_file(home).write_text(json.dumps([asdict(program) for program in programs], indent=1))


def load(file: Path) -> list[Program]:
    rows = json.loads(file.read_text())
    return [Program(**row | {key: tuple(row[key]) for key in ("command", "waits_for")}) for row in rows]
