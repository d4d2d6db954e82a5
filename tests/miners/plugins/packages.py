"""Packages in a folder: the example, built and installed as a person would, and small ones written by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from uv import find_uv_bin

from hmm_project.config import PROJECT

EXAMPLE = PROJECT / "docs" / "plugin-example"


def install_example(folder: Path) -> None:
    """Build the example's wheel and unpack it. Without a network: uv holds the build back-end the example names."""
    command = [find_uv_bin(), "pip", "install", "--offline", "--no-cache", "--no-deps", "--no-config"]
    where = ["--python", sys.executable, "--target", str(folder), str(EXAMPLE)]
    done = subprocess.run([*command, *where], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr


def write_package(
    folder: Path, module: str, code: str, *, version: str = "1.0", entry: str = "toaster = {}:FAMILY"
) -> None:
    """A module and the metadata an installer would leave beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{module}.py").write_text(code)
    info = folder / f"{module}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[hmm.adapters]\n{entry.format(module)}\n")


TOASTER = """\
from miners.adapters.family import Family
from miners.contract import Reading

class Toaster:
    def __init__(self, target, link):
        pass

    async def read(self):
        return Reading(power_w=800)

FAMILY = Family(kind="toaster", label="Toaster", default_port=80, modes=("light", "dark"), open=Toaster)
"""
