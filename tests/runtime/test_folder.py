"""The configuration directory: made, owned, held."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hmm_project.config import PROJECT
from hmm_project.home import Home
from hmm_project.runtime import folder
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.privileges import Identity

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
SOMEBODY = Identity(54_321, 54_322)
HOLD = "from hmm_project.home import Home; from hmm_project.runtime import folder; import pathlib, sys;"


def owners(*paths: Path) -> set[tuple[int, int]]:
    return {(path.lstat().st_uid, path.lstat().st_gid) for path in paths}


def test_everything_a_start_needs_is_made_closed_to_others(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "config")
    folder.prepare(home, None)
    for part in (home.run, home.logs, home.backups):
        assert part.stat().st_mode & 0o777 == 0o700


def test_a_directory_that_cannot_be_made_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match=r"file.*--config DIR"):
        folder.prepare(Home(tmp_path / "file" / "config"), None)


@only_root
def test_root_gives_our_parts_to_the_account_and_nothing_else(tmp_path: Path) -> None:
    home = Home(tmp_path / "config")
    (home.postgres / "base").mkdir(parents=True)
    stranger = home.directory / "holiday.jpg"
    for file in (home.config_file, home.postgres / "base" / "1", stranger):
        file.write_text("")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("")
    (home.postgres / "link").symlink_to(elsewhere)
    folder.prepare(home, SOMEBODY)
    ours = [home.directory, home.config_file, home.postgres / "base" / "1", home.postgres / "link", home.run, home.logs]
    assert owners(*ours) == {(SOMEBODY.uid, SOMEBODY.gid)}
    assert owners(stranger, elsewhere) == {(0, 0)}


@only_root
@pytest.mark.parametrize(("holds", "refused"), [("hosts", True), ("lost+found", False), ("config.yaml", False)])
def test_root_never_claims_a_directory_of_somebody_else(tmp_path: Path, holds: str, refused: bool) -> None:
    home = Home(tmp_path / "etc")
    home.directory.mkdir()
    (home.directory / holds).write_text("")
    if refused:
        with pytest.raises(CannotStart, match="holds other things already"):
            folder.prepare(home, SOMEBODY)
        assert owners(home.directory) == {(0, 0)}
    else:
        folder.prepare(home, SOMEBODY)
        assert owners(home.directory) == {(SOMEBODY.uid, SOMEBODY.gid)}


@only_root
def test_a_run_directory_that_somebody_else_made_first_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / ("x" * 90))
    home.run.mkdir(parents=True)
    try:
        os.chown(home.run, SOMEBODY.uid, SOMEBODY.gid)
        with pytest.raises(CannotStart, match="belongs to somebody else"):
            folder.prepare(home, None)
    finally:
        home.run.rmdir()


def test_a_second_holder_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    home = Home(tmp_path)
    script = (
        f"{HOLD} folder.lock(Home(pathlib.Path(sys.argv[1])), '', None); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as first:
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        assert folder.running_pid(home) == first.pid
        with pytest.raises(CannotStart, match=f"process {first.pid} "):
            folder.lock(home, "", None)
        assert folder.running_pid(home, "worker") is None
        first.kill()
    assert folder.running_pid(home) is None
    folder.lock(home, "", None)
    assert folder.running_pid(home) == os.getpid()


def test_nobody_holds_a_directory_that_is_not_there(tmp_path: Path) -> None:
    assert folder.running_pid(Home(tmp_path / "none")) is None
