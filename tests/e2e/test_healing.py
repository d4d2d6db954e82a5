"""What dies comes back by itself."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmm_project.runtime.waiting import until
from tests.e2e.house import House

pytestmark = pytest.mark.e2e
HEALED_S = 30
RAISED = re.compile(r"^\w+ +(?<=.{10})([\w.]*(?:Error|Exception|Shutdown|Timeout))(?::|$)", re.MULTILINE)
AWAY = {
    *("ConnectionError", "ConnectionRefusedError", "ConnectionResetError", "BrokenPipeError", "FileNotFoundError"),
    *("OperationalError", "InterfaceError", "AdminShutdown", "CrashShutdown", "PoolTimeout", "TimeoutError"),
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("healing") / "c")
    house.start().wait_until_healthy()
    yield house
    house.end()


@pytest.mark.parametrize("name", ["web", "worker", "beat", "postgres", "valkey", "listener", "flower"])
def test_a_killed_process_is_back_within_half_a_minute(running: House, name: str) -> None:
    killed = running.pids()[name]
    os.kill(killed, signal.SIGKILL)
    assert until(lambda: running.pids().get(name, killed) != killed, seconds=HEALED_S)
    running.wait_until_healthy(HEALED_S)


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_health_answers_in_two_seconds_while_a_server_hangs(running: House, name: str) -> None:
    hung = running.pids()[name]
    os.kill(hung, signal.SIGSTOP)
    try:
        assert until(lambda: running.ask()[0] == 503, seconds=5)
        started = os.times().elapsed
        status, health = running.ask()
        assert os.times().elapsed - started < 3
        assert status == 503
        assert health["checks"]["database" if name == "postgres" else "redis"] == "no answer"
    finally:
        os.kill(hung, signal.SIGCONT)
    running.wait_until_healthy(HEALED_S)


def test_a_worker_that_hangs_is_told_apart_from_beat(running: House) -> None:
    hung = running.pids()["worker"]
    os.kill(hung, signal.SIGSTOP)
    try:
        assert until(lambda: running.ask()[1]["checks"]["worker"] != "ok", seconds=HEALED_S)
        assert running.ask()[1]["checks"]["beat"] == "ok"
    finally:
        os.kill(hung, signal.SIGCONT)
    running.wait_until_healthy(HEALED_S)


def test_the_log_tells_of_no_error_but_that_a_killed_server_was_away(running: House) -> None:
    """What was at work with PostgreSQL or Valkey at that moment may say so, with its traceback."""
    log = (Path(running.directory) / "logs" / "hmm.log").read_text()
    raised = {found.rpartition(".")[2] for found in RAISED.findall(log)}
    assert raised <= AWAY, log[log.index("Traceback") :][:5000]
