"""Waiting for a condition that has no event: looked at often, for a bounded time."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable
from pathlib import Path

PAUSE_S = 0.02


def until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Look at `condition` until it holds or `seconds` are over; answers whether it held."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(PAUSE_S)  # noqa: TID251  the one place: between two looks at a condition
    return True


def listens(path: Path) -> bool:
    """Whether somebody accepts connections on this UNIX socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        return probe.connect_ex(str(path)) == 0


def is_there(path: Path) -> bool:
    """Whether a file exists, or somebody listens on a socket."""
    return listens(path) if path.is_socket() else path.exists()


def port_is_free(host: str, port: int) -> bool:
    """Whether this process may listen there now. Raises OSError when it may not for another reason."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
    return True
