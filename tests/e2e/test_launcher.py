"""`./hmm`: with a small project and one small wheel, offline, but the real pip and the real shell."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from hmm_project.config import PROJECT
from hmm_project.runtime.postgres import NOBODY
from hmm_project.runtime.privileges import Identity, become

pytestmark = pytest.mark.e2e
PROGRAM = "import sys; print('ran', *sys.argv[1:])\n"


@dataclass
class Checkout:
    """A project beside a directory of wheels; `path` is the shell's PATH."""

    directory: Path
    wheels: Path
    path: str

    def require(self, version: str, *, spoilt: bool = False) -> None:
        """Pin `supervisor` at this version, or at a hash that no file has."""
        file = self.wheels / f"supervisor-{version}-py3-none-any.whl"
        with zipfile.ZipFile(file, "w") as wheel:
            info = f"supervisor-{version}.dist-info"
            wheel.writestr("supervisor/__init__.py", f"VERSION = {version!r}\n")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: supervisor\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        digest = "0" * 64 if spoilt else hashlib.sha256(file.read_bytes()).hexdigest()
        (self.directory / "requirements.txt").write_text(f"supervisor=={version} --hash=sha256:{digest}\n")

    def start(
        self, *arguments: str, script: Path | None = None, cwd: Path | None = None, identity: Identity | None = None
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(script or self.directory / "hmm"), *arguments],
            cwd=cwd,
            env={
                "PATH": self.path,
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": self.wheels.as_uri(),
                "HOME": "/nonexistent",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=(lambda: become(identity)) if identity else None,
        )

    def run(self, *arguments: str, **options: object) -> tuple[int, str, str]:
        process = self.start(*arguments, **options)  # type: ignore[arg-type]
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    directory = tmp_path / "a place; with 'spaces'"
    directory.mkdir()
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    shutil.copy(PROJECT / "hmm", directory / "hmm")
    (directory / "manage.py").write_text(PROGRAM)
    made = Checkout(directory, wheels, f"{Path(sys.base_prefix, 'bin')}:/usr/bin:/bin")
    made.require("1.0")
    return made


def shim(checkout: Checkout, *lines: str) -> None:
    """Put a `python3` of our own before every other Python, and take the others away."""
    directory = checkout.wheels.parent / "bin"
    directory.mkdir()
    file = directory / "python3"
    file.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    file.chmod(0o755)
    for name in ("sh", "dirname", "readlink", "cmp", "mkdir", "rm", "cp", "mv", "cat"):
        (directory / name).symlink_to(str(shutil.which(name)))
    checkout.path = str(directory)


def test_it_installs_once_and_again_when_the_pins_change(checkout: Checkout) -> None:
    assert checkout.run("up", "--demo")[:2] == (0, "ran up --demo\n")
    assert checkout.run("up") == (0, "ran up\n", "")
    checkout.require("2.0")
    code, output, errors = checkout.run("up")
    assert (code, output) == (0, "ran up\n")
    assert "installing requirements.txt" in errors


def test_it_works_from_anywhere_and_through_links(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(checkout.directory / "hmm")
    code, output, _ = checkout.run("up", script=tmp_path / "first", cwd=Path("/"))
    assert (code, output) == (0, "ran up\n")
    assert (checkout.directory / ".venv").is_dir()


def test_a_failed_installation_is_said_and_done_again(checkout: Checkout) -> None:
    checkout.require("1.0", spoilt=True)
    code, output, errors = checkout.run("up")
    assert (code, output) == (1, "")
    assert errors.splitlines()[-1] == "hmm: could not install requirements.txt; nothing is lost, start again to retry"
    checkout.require("1.0")
    assert checkout.run("up")[:2] == (0, "ran up\n")


def test_starts_at_the_same_time_install_once(checkout: Checkout) -> None:
    started = [checkout.start("up") for _ in range(3)]
    answers = [process.communicate(timeout=120) for process in started]
    assert [output for output, _ in answers] == ["ran up\n"] * 3
    assert sum("installing" in errors for _, errors in answers) == 1


def test_a_broken_environment_is_made_anew(checkout: Checkout) -> None:
    checkout.run("up")
    python = checkout.directory / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python")
    assert checkout.run("up")[:2] == (0, "ran up\n")


def test_help_needs_no_installation(checkout: Checkout) -> None:
    assert checkout.run("help") == (0, "ran help\n", "")
    assert checkout.run() == (0, "ran\n", "")
    assert not (checkout.directory / ".venv").exists()


def test_a_python_too_old_is_named_with_the_way_out(checkout: Checkout) -> None:
    shim(checkout, 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    code, _, errors = checkout.run("up")
    assert code == 1
    assert errors == (
        "hmm: needs Python 3.11, 3.12 or 3.13, found Python 3.9.2. "
        "On Debian, Ubuntu and Raspberry Pi OS: sudo apt install python3 python3-venv\n"
    )


def test_a_python_without_venv_is_told_which_package_has_it(checkout: Checkout) -> None:
    shim(checkout, 'case "$2" in *ensurepip*) exit 1;; esac', f'exec {sys.executable} "$@"')
    code, _, errors = checkout.run("up")
    assert code == 1
    assert len(errors.splitlines()) == 1
    assert errors.endswith("sudo apt install python3-venv\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_runs_what_is_installed_and_is_told_when_it_is_not(checkout: Checkout) -> None:
    somebody = Identity(NOBODY, NOBODY, keep_reading=True)
    code, _, errors = checkout.run("up", identity=somebody)
    assert code == 1
    assert errors.splitlines()[-1].endswith(f"start once as the user who owns {checkout.directory}")
    checkout.run("up")
    assert checkout.run("up", identity=somebody) == (0, "ran up\n", "")
