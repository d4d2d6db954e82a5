"""The real product in real processes: started as a user starts it, killed as the world kills it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from hmm_project.config import PROJECT
from hmm_project.runtime.privileges import Identity, become
from hmm_project.runtime.waiting import until

STARTED_S = 90  # a busy machine
STOPPED_S = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class House:
    """One `up` with a configuration directory and a port of its own."""

    directory: Path
    port: int = field(default_factory=free_port)
    arguments: Sequence[str] = ()
    identity: Identity | None = None  # who starts it; None: whoever runs the tests
    variables: Mapping[str, str] = field(default_factory=dict)
    prefix: Sequence[str] = ()  # what starts it, such as nohup
    process: subprocess.Popen[bytes] | None = None
    said: IO[str] | None = None

    def command(self, *arguments: str) -> list[str]:
        config = () if "--demo" in arguments else ("--config", str(self.directory))
        return [sys.executable, str(PROJECT / "manage.py"), *arguments, *config]

    def start(self) -> House:
        shell = dict(os.environ)  # noqa: TID251  what a user's shell would hand on
        # Not a pipe, which nobody reads all the time; appended to, because reading moves the common position.
        self.said = tempfile.TemporaryFile("a+")  # noqa: SIM115  lives as long as the process
        self.process = subprocess.Popen(
            [*self.prefix, *self.command("up", *self.arguments)],
            env=shell | {"WEB_PORT": str(self.port), **self.variables},
            stdin=subprocess.DEVNULL,
            stdout=self.said,
            stderr=subprocess.STDOUT,
            preexec_fn=(lambda: become(self.identity)) if self.identity else None,
        )
        return self

    def output(self) -> str:
        """What it has said so far."""
        assert self.said
        self.said.seek(0)
        return self.said.read()

    def run(self) -> tuple[int, str]:
        """Start something that is expected to end by itself; answers exit code and output."""
        self.start()
        return self.wait(STARTED_S), self.output()

    def wait(self, seconds: float) -> int:
        assert self.process
        return self.process.wait(timeout=seconds)

    def kill(self) -> None:
        """End the launcher without a chance to clean up."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def say(self, *arguments: str) -> tuple[int, str]:
        """Run another command against this house; answers exit code and output."""
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def ask(self, path: str = "/api/health", token: str = "") -> tuple[int, Any]:
        """HTTP status and JSON; status 0 while nobody answers."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
        except OSError:
            return 0, None

    def is_healthy(self) -> bool:
        return self.ask()[0] == 200

    def wait_until_healthy(self, seconds: float = STARTED_S) -> None:
        assert until(self.is_healthy, seconds=seconds), self.ask()

    def read_directory(self) -> None:
        """A demo chooses its own directory, and says which."""
        named = re.compile(r"^  configuration +(.+)$", re.MULTILINE)
        assert until(lambda: named.search(self.output()) is not None, seconds=STARTED_S), self.output()
        self.directory = Path(named.findall(self.output())[0])

    def pids(self, role: str = "") -> dict[str, int]:
        file = self.directory / "run" / (f"{role}-running.json" if role else "running.json")
        return dict(json.loads(file.read_text())["pids"])

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ask it to end; answers the exit code. Fails when that takes longer than promised."""
        assert self.process
        self.process.send_signal(how)
        return self.wait(STOPPED_S)

    def end(self) -> None:
        """Leave nothing behind, whatever the test did."""
        if self.process and self.process.poll() is None:
            self.kill()


def processes_of(directory: Path) -> list[str]:
    """Command lines of all processes that name this directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(directory) in line:
                found.append(line)
    return found
