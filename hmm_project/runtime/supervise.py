"""The supervisor: starts every program of the plan, restarts what dies, stops all in order, shows what they say.

`python -m hmm_project.runtime.supervise FILE` is what `up` turns into; the library is `supervisor`.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from supervisor import events, loggers
from supervisor.datatypes import RestartUnconditionally
from supervisor.medusa import asyncore_25 as asyncore
from supervisor.options import ProcessConfig, ProcessGroupConfig, ServerOptions
from supervisor.states import SupervisorStates
from supervisor.supervisord import Supervisor

from hmm_project.runtime.program import STOPS, Program, Running, Stage, Start, load_start, save_running

LONGEST_BACKOFF_S = 5
SERVERS = ("postgres", "valkey")
SERVER_TROUBLE = re.compile(r"\b(WARNING|ERROR|FATAL|PANIC): ")
LOG_BYTES = 5_000_000
LONGEST_LINE = 65_536
SETTINGS = """\
[supervisord]
nodaemon = true
nocleanup = true
loglevel = error
umask = 077
logfile_backups = 3
"""
# What the library wants said of every program.
ALIKE: dict[str, Any] = {
    "uid": None,
    "directory": None,
    "umask": 0o077,
    "priority": 1,
    "autostart": True,
    "autorestart": RestartUnconditionally,
    "startsecs": 10,  # what ends sooner is started again after a pause
    "startretries": LONGEST_BACKOFF_S,  # never more in a row: see _bound_backoff
    "stopasgroup": False,
    "killasgroup": True,
    "exitcodes": [0],
    "redirect_stderr": True,
    "stdout_events_enabled": True,
    "stderr_events_enabled": False,
    # Two malloc arenas for all threads of a process instead of sixteen: tens of megabytes less.
    "environment": {"MALLOC_ARENA_MAX": "2"},
} | {
    f"{channel}_{what}": 0
    for channel in ("stdout", "stderr")
    for what in ("capture_maxbytes", "logfile_backups", "logfile_maxbytes", "syslog", "logfile")
}


class Options(ServerOptions):  # type: ignore[misc]
    def check_execv_args(self, *_: object) -> None:
        """Leave it to exec: access(2) does not know the one capability that lets us start a Python below /root."""


class Supervision(Supervisor):  # type: ignore[misc]
    """The library's supervisor with our log and without its give-up and its one-second naps."""

    def __init__(self, options: Options, start: Start) -> None:
        super().__init__(options)
        self.start = start
        self.pids: dict[str, int] = {}
        self.failed = False
        self.last_words = ""
        self.begun: dict[str, bytes] = {}  # lines without their end yet
        self.outlives_terminal = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN  # started with nohup

    def runforever(self) -> None:
        log = self.options.logger
        log.level = loggers.LevelsByName.INFO
        for handler, level in zip(log.handlers, (loggers.LevelsByName.CRIT, loggers.LevelsByName.INFO), strict=True):
            handler.setLevel(level)
            handler.setFormat("%(message)s\n")
        events.subscribe(events.ProcessLogEvent, self._show)
        events.subscribe(events.ProcessStateExitedEvent, self._see_exit)
        events.subscribe(events.ProcessStateBackoffEvent, self._bound_backoff)
        if self.outlives_terminal:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with _Alarm():
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)  # `up` blocked them while it turned into us
            super().runforever()

    def tick(self, now: float | None = None) -> None:
        """The end of every round: what runs now is written down when it is something else than before."""
        super().tick(now)
        processes = [process for group in self.process_groups.values() for process in group.processes.values()]
        pids = {process.config.name: process.pid for process in processes if process.pid}
        if pids != self.pids:
            self.pids = pids
            save_running(Path(self.start.running_file), Running(host=self.start.host, port=self.start.port, pids=pids))

    def _show(self, event: Any) -> None:
        process = event.process
        name = process.config.name
        *lines, self.begun[name] = (self.begun.get(name, b"") + event.data).split(b"\n")
        if len(self.begun[name]) > LONGEST_LINE:
            lines.append(self.begun.pop(name))
        for line in lines:
            text = line.decode(errors="replace")
            if process.group.config.name == Stage.PREPARATION:
                self.last_words = text
                self._say(name, text, loud=False)
            else:
                self._say(name, text, loud=name not in SERVERS or bool(SERVER_TROUBLE.search(text)))

    def _see_exit(self, event: Any) -> None:
        if event.process.group.config.name == Stage.PREPARATION:
            if event.process.exitstatus != 0:
                self.failed = True
                self.options.logger.critical(self.last_words)  # the one clear line; all of it is in the log
                self.options.mood = SupervisorStates.SHUTDOWN
            return
        self._note(f"{event.process.config.name} ended; starting it again")

    def _bound_backoff(self, event: Any) -> None:
        process = event.process
        process.backoff = min(process.backoff, LONGEST_BACKOFF_S)
        process.delay = time.time() + process.backoff
        self._note(f"{process.config.name} ended soon after its start; starting it again in {process.backoff} s")

    def _note(self, text: str) -> None:
        self._say("up", f"{time.strftime('%Y-%m-%d %H:%M:%S')} WARNING {text}")

    def _say(self, name: str, text: str, *, loud: bool = True) -> None:
        """Into the log file; `loud`: on the terminal too."""
        log = self.options.logger.critical if loud else self.options.logger.info
        log(f"{name:<9} {text}")


class _Alarm:
    """Wakes the supervisor's poll when a signal arrives: children are reaped and stop requests heard at once."""

    def __enter__(self) -> None:
        self.read_end, self.write_end = os.pipe()
        for end in (self.read_end, self.write_end):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self.write_end, warn_on_full_buffer=False)
        asyncore.socket_map[self.read_end] = self

    def __exit__(self, *_: object) -> None:
        del asyncore.socket_map[self.read_end]
        signal.set_wakeup_fd(-1)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def handle_read_event(self) -> None:
        os.read(self.read_end, 4096)

    def handle_error(self) -> None:
        """Nothing was there to read."""


def main(file: Path) -> int:
    """Run the programs of a file until SIGINT or SIGTERM; answers the exit code."""
    start = load_start(file)
    options = Options()
    options.configfile = io.StringIO(SETTINGS)
    options.realize(["-l", start.log, "-y", str(LOG_BYTES), "-j", str(file.with_suffix(".pid"))], doc=__doc__)
    options.first = True
    options.test = False
    options.process_group_configs = [
        _group(options, priority, stage, [program for program in start.programs if program.stage == stage])
        for priority, stage in enumerate(Stage)
    ]
    supervision = Supervision(options, start)
    try:
        supervision.main()
    except asyncore.ExitNow:
        return 1 if supervision.failed else 0
    finally:
        options.close_logger()
        Path(start.running_file).unlink(missing_ok=True)
        if start.remove:
            shutil.rmtree(start.remove, ignore_errors=True)
    return 1


def _group(options: Options, priority: int, stage: Stage, programs: list[Program]) -> ProcessGroupConfig:
    return ProcessGroupConfig(options, stage.value, priority, [_process(options, program) for program in programs])


def _process(options: Options, program: Program) -> ProcessConfig:
    wrapper = [sys.executable, "-S", "-m", "hmm_project.runtime.child"]
    how = [str(os.getpid()), program.orphan_signal, str(program.niceness), *program.waits_for]
    own = {
        "name": program.name,
        "command": shlex.join([*wrapper, *how, "--", *program.command]),
        "stopsignal": getattr(signal, f"SIG{program.stop_signal}"),
        "stopwaitsecs": program.stop_s,
    }
    once = {"autorestart": False, "startsecs": 0} if program.stage == Stage.PREPARATION else {}
    return ProcessConfig(options, **ALIKE | own | once)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
