"""Give up root: a child runs as PUID:PGID and dies with its parent.

Where the code or its data lie below a directory that only root may enter (a clone in /root), the child keeps one
capability, CAP_DAC_READ_SEARCH: it may read there and write nowhere it could not write before. Linux only;
`docs/decisions/` says why.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_READ_SEARCH = 2
LINUX_CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True, slots=True)
class Identity:
    uid: int
    gid: int
    keep_reading: bool = False


def needs_reading_rights(paths: Iterable[Path]) -> bool:
    """True when a parent of one of `paths` may be entered by its owner only."""
    parents = {parent for path in paths for parent in [path, *path.parents] if parent.is_dir()}
    return any(not parent.stat().st_mode & 0o001 for parent in parents)


def become(identity: Identity) -> None:
    """Turn the calling process into `identity`, for good. Raises OSError when that is not allowed."""
    if identity.keep_reading:
        # The kernel must not clear capabilities with the user id, nor hide them from access(2), which initdb asks.
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setresgid(identity.gid, identity.gid, identity.gid)
    os.setresuid(identity.uid, identity.uid, identity.uid)
    if identity.keep_reading:
        _keep_only(CAP_DAC_READ_SEARCH)


def die_with_parent(parent: int, how: signal.Signals) -> None:
    """Ask the kernel for signal `how` when the parent ends; call it after `become`, which would clear it."""
    _prctl(PR_SET_PDEATHSIG, int(how))
    if os.getppid() != parent:
        os.kill(os.getpid(), how)


def _prctl(*arguments: int) -> None:
    padded = [*arguments, 0, 0, 0, 0][:5]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(*(ctypes.c_ulong(value) for value in padded)) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl{arguments}: {os.strerror(code)}")


def _keep_only(capability: int) -> None:
    """Set permitted, effective, inheritable and ambient to this one capability."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    mask = 1 << capability
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    if libc.capset(header, data) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"capset: {os.strerror(code)}")
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)
