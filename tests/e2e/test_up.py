"""`up` from its start to its end."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hmm_project.runtime.privileges import Identity
from hmm_project.runtime.waiting import until
from tests.e2e.house import House, processes_of

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for all tests that only look."""
    house = House(tmp_path_factory.mktemp("running") / "c")
    house.start().wait_until_healthy()
    yield house
    house.end()


def test_it_serves_and_says_who_it_is(running: House) -> None:
    status, health = running.ask()
    assert status == 200
    assert {name: health["checks"][name] for name in ("database", "redis", "worker", "beat")} == dict.fromkeys(
        ("database", "redis", "worker", "beat"), "ok"
    )
    assert f"http://127.0.0.1:{running.port}/" in running.output()
    assert "first start" in running.output()


def test_status_weighs_every_process_and_says_how_it_is(running: House) -> None:
    code, output = running.say("status")
    rows = {line.split()[0]: line.split() for line in output.splitlines() if line.endswith("MiB")}
    assert code == 0
    assert rows.keys() == {"supervisor", "total", *running.pids()}, output
    total = float(rows.pop("total")[-2])
    assert total == pytest.approx(sum(float(row[-2]) for row in rows.values()), abs=1)
    assert 150 < total < 450  # the promise, for ten miners
    assert "health    ok: database ok, redis ok, worker ok, beat ok" in output
    assert "PostgreSQL 1" in output


def test_a_token_made_on_the_command_line_opens_the_api(running: House) -> None:
    assert running.ask("/api/miners")[0] == 401
    code, output = running.say("token", "home-assistant")
    assert code == 0
    assert running.ask("/api/miners", token=output.strip())[0] == 200


def test_a_second_start_is_refused_with_the_process_named(running: House, another: Callable[..., House]) -> None:
    assert running.process
    code, output = another(running.directory).run()
    assert (code, len(output.splitlines())) == (1, 1)
    assert f"process {running.process.pid}" in output
    assert running.is_healthy()


@pytest.mark.usefixtures("as_root")
def test_root_keeps_nothing_but_its_account_puid(running: House) -> None:
    owners = {(path.lstat().st_uid, path.lstat().st_gid) for path in [running.directory, *running.directory.rglob("*")]}
    assert owners == {(1000, 1000)}
    assert running.process
    pids = [running.process.pid, *running.pids().values()]
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in pids} == {1000}


def test_it_ends_cleanly_on_ctrl_c(running: House) -> None:
    assert running.stop(signal.SIGINT) == 0
    assert processes_of(running.directory) == []
    assert not list((running.directory / "postgres").glob("postmaster.pid"))


def test_it_outlives_its_terminal_only_when_it_was_told_to(house: House) -> None:
    house.prefix = ("nohup",)
    house.start().wait_until_healthy()
    assert house.process
    house.process.send_signal(signal.SIGHUP)
    assert not until(lambda: not house.is_healthy(), seconds=3)
    assert house.stop() == 0
    house.prefix = ()
    house.start()
    assert until((house.directory / "run" / "running.json").exists, seconds=60)
    assert house.stop(signal.SIGHUP) == 0


def test_it_ends_cleanly_when_a_container_engine_asks(house: House, directory: Path) -> None:
    house.start().wait_until_healthy()
    assert house.stop(signal.SIGTERM) == 0
    assert processes_of(directory) == []


def test_ctrl_c_during_the_start_leaves_nothing(house: House, directory: Path) -> None:
    house.start()
    assert until((directory / "run" / "start.json").exists, seconds=60)
    assert house.stop(signal.SIGINT) == 0
    assert processes_of(directory) == []


def test_a_killed_launcher_leaves_no_process_and_the_next_start_works(house: House, directory: Path) -> None:
    house.start().wait_until_healthy()
    house.kill()
    assert until(lambda: processes_of(directory) == [], seconds=10), processes_of(directory)
    house.start().wait_until_healthy()
    assert house.stop() == 0


def test_a_restart_straight_after_a_kill_waits_for_what_is_still_dying(house: House) -> None:
    house.start().wait_until_healthy()
    house.kill()
    house.start().wait_until_healthy()
    assert house.stop() == 0


def test_a_taken_port_is_named(house: House) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", house.port))
        other.listen()
        code, output = house.run()
    assert code == 1
    assert len(output.splitlines()) == 1
    assert f"port {house.port}" in output
    assert "WEB_PORT" in output


def test_an_unknown_key_is_refused_with_file_line_and_what_is_known(house: House, directory: Path) -> None:
    directory.mkdir()
    (directory / "config.yaml").write_text("flower: false\nweb:\n  prot: 80\n")
    code, output = house.run()
    assert code == 1
    assert output == (
        f"hmm: {directory}/config.yaml:3: web.prot: unknown key; known here: allowed_hosts, host, trusted_origins\n"
    )


def test_a_database_that_does_not_answer_is_named_without_its_password(house: House, directory: Path) -> None:
    directory.mkdir()
    (directory / "config.yaml").write_text("database: postgresql://me:hush@127.0.0.1:1/hmm\n")
    code, output = house.run()
    assert code == 1
    assert output.splitlines()[-1].startswith("hmm: config.yaml: database: 127.0.0.1:1 is not usable")
    assert "hush" not in output
    assert processes_of(directory) == []


def test_a_redis_that_does_not_answer_is_named_without_its_password(house: House, directory: Path) -> None:
    directory.mkdir()
    (directory / "config.yaml").write_text("database: sqlite\nredis: redis://:hush@127.0.0.1:1/0\n")
    code, output = house.run()
    assert code == 1
    assert output.splitlines()[-1].startswith("hmm: config.yaml: redis: 127.0.0.1:1 is not usable")
    assert "hush" not in output


def test_a_single_role_wants_servers_of_its_own(house: House) -> None:
    house.arguments = ("--role", "worker")
    code, output = house.run()
    assert code == 1
    assert "--role worker needs an external server: write 'database:" in output


def test_it_runs_on_sqlite(house: House, directory: Path) -> None:
    directory.mkdir()
    (directory / "config.yaml").write_text("database: sqlite\nflower: false\n")
    house.start().wait_until_healthy()
    assert "postgres" not in house.pids()
    assert "flower" not in house.pids()
    assert house.stop() == 0


def test_a_path_too_long_for_a_socket_with_spaces_and_signs_works(
    tmp_path: Path, another: Callable[..., House]
) -> None:
    house = another(tmp_path / ("a very long name; with 100 % # 'odd' \"signs\" " + "x" * 60))
    house.start().wait_until_healthy()
    assert house.stop() == 0


@pytest.mark.usefixtures("as_root")
def test_root_does_not_give_away_a_directory_that_holds_other_things(house: House, directory: Path) -> None:
    directory.mkdir()
    (directory / "passwd").write_text("root")
    code, output = house.run()
    assert code == 1
    assert output == f"hmm: {directory}: holds other things already; name a directory of its own with --config DIR\n"
    assert directory.stat().st_uid == 0


def test_a_user_runs_it_as_that_user(house: House, directory: Path, user: Identity | None) -> None:
    house.identity = user
    house.start().wait_until_healthy()
    owners = {path.lstat().st_uid for path in directory.rglob("*")}
    runners = {Path(f"/proc/{pid}").stat().st_uid for pid in house.pids().values()}
    assert owners == runners == {user.uid if user else os.geteuid()}
    assert house.stop() == 0


def test_a_directory_that_cannot_be_written_is_named(house: House, directory: Path, user: Identity | None) -> None:
    directory.chmod(0o500)
    house.identity = user
    code, output = house.run()
    assert code == 1
    assert len(output.splitlines()) == 1
    assert str(directory) in output
    assert "--config DIR" in output
