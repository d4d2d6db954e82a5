"""The browser that the browser tests drive: the machine's own, or installed where that needs no question."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-liberation")
INSTALL_S = 600


def find() -> Path | None:
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def find_or_install() -> Path | None:
    """Root on Debian gets it from apt; None when there is none afterwards."""
    if find() is None and os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get"):
        install = ("apt-get", "install", "-y", "--no-install-recommends", *PACKAGES)
        for command in (("apt-get", "update"), install):
            subprocess.run(  # noqa: S603
                command, check=False, timeout=INSTALL_S, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
            )
    return find()
