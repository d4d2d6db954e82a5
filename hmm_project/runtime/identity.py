"""Which account does the work, and becoming it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from hmm_project.config import PROJECT
from hmm_project.environment import Environment
from hmm_project.home import Home
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.privileges import Identity, become, needs_reading_rights


def chosen(environment: Environment, home: Home) -> Identity | None:
    """PUID:PGID when root starts, None for everybody else: they stay who they are."""
    if os.geteuid() != 0:
        return None
    return like(environment.puid, environment.pgid, home)


def like(uid: int, gid: int, home: Home) -> Identity:
    """This account, able to read our code and this Python."""
    return Identity(uid, gid, needs_reading_rights(_read_by_all(home)))


def assume(identity: Identity) -> None:
    """Turn this process, and so everything it starts, into `identity`. Raises CannotStart."""
    try:
        become(identity)
    except OSError as error:
        place = " and keep the right to read below directories closed to others" if identity.keep_reading else ""
        raise CannotStart(
            f"root may not become {identity.uid}:{identity.gid}{place} here ({error.strerror}); "
            "start as that user, or allow the container SETUID and SETGID"
        ) from None


def _read_by_all(home: Home) -> Iterable[Path]:
    yield PROJECT
    yield home.directory.parent
    for place in (sys.executable, sys.prefix, sys.base_prefix, os.__file__):
        yield Path(place).resolve()
