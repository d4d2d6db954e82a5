"""The configuration directory: made, given to the account that will use it, held by one start at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

from hmm_project.home import Home
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.privileges import Identity
from hmm_project.runtime.waiting import until

OURS = ("config.yaml", "secret.key", "postgres.password", "postgres", "logs", "run", "backups", "plugins")
OUR_PATTERNS = ("hmm*.lock", "hmm.sqlite3*")
MARKS = {"config.yaml", "secret.key", "postgres.password"}
LEFT_BY_DISKS = {"lost+found"}
LOCK_PATIENCE_S = 1  # a look at the lock (running_pid) or a dying process holds it for a moment


def prepare(home: Home, identity: Identity | None) -> None:
    """Make the directory and its parts, owned by `identity` when root starts for it. Raises CannotStart."""
    try:
        home.directory.mkdir(parents=True, exist_ok=True)
        if identity:
            _claim(home.directory, identity)
        for part in (home.run, home.logs, home.backups, home.plugins):
            part.mkdir(mode=0o700, exist_ok=True)
        _check_run(home.run, identity)
        if home.postgres.is_dir():
            home.postgres.chmod(0o700)
        if identity:
            for path in _our_paths(home):
                give(path, identity)
    except OSError as error:
        raise CannotStart(
            f"{error.filename or home.directory}: {error.strerror}; "
            "choose a writable directory with --config DIR, or make this one writable"
        ) from None


def give(path: Path, identity: Identity) -> None:
    """Make `identity` the owner of `path` and of everything below; links are given, not followed."""
    owner = path.lstat()
    if (owner.st_uid, owner.st_gid) != (identity.uid, identity.gid):
        os.lchown(path, identity.uid, identity.gid)
    if path.is_dir() and not path.is_symlink():
        for directory, directories, files in os.walk(path):
            for name in [*directories, *files]:
                os.lchown(Path(directory, name), identity.uid, identity.gid)


def lock(home: Home, role: str, identity: Identity | None) -> None:
    """Hold this directory until the process ends, whatever it turns into. Raises CannotStart."""
    file = lock_file(home, role)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    if not until(lambda: _taken(descriptor, fcntl.LOCK_EX), seconds=LOCK_PATIENCE_S):
        raise CannotStart(
            f"already running as process {file.read_text().strip() or '(starting)'} with {home.directory}; "
            "stop that one, or choose another directory with --config DIR and another WEB_PORT"
        )
    if identity:
        os.fchown(descriptor, identity.uid, identity.gid)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    os.set_inheritable(descriptor, True)


def running_pid(home: Home, role: str = "") -> int | None:
    """The process that holds this directory, None when nobody does."""
    try:
        descriptor = os.open(lock_file(home, role), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return None if _taken(descriptor, fcntl.LOCK_SH) else int(os.read(descriptor, 20) or b"0") or None
    finally:
        os.close(descriptor)


def lock_file(home: Home, role: str = "") -> Path:
    return home.directory / (f"hmm-{role}.lock" if role else "hmm.lock")


def _taken(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _our_paths(home: Home) -> list[Path]:
    named = [home.directory / name for name in OURS]
    matched = [path for pattern in OUR_PATTERNS for path in home.directory.glob(pattern)]
    return [path for path in {home.run, *named, *matched} if path.exists()]


def _claim(directory: Path, identity: Identity) -> None:
    """Give the directory itself away; never one that holds a stranger's things, such as /etc by a slip of the hand."""
    if directory.stat().st_uid == identity.uid:
        return
    names = {path.name for path in directory.iterdir()} - LEFT_BY_DISKS
    if names and not names & MARKS:
        raise CannotStart(f"{directory}: holds other things already; name a directory of its own with --config DIR")
    shutil.chown(directory, identity.uid, identity.gid)


def _check_run(run: Path, identity: Identity | None) -> None:
    """A run directory in /tmp must be ours: another account could have made it first."""
    wanted = {os.geteuid(), identity.uid if identity else os.geteuid()}
    if run.is_symlink() or run.stat().st_uid not in wanted:
        raise CannotStart(f"{run}: belongs to somebody else; remove it, or choose a shorter --config DIR")
    run.chmod(0o700)
