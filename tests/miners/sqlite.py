"""Run a script against a throw-away SQLite installation, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BEGIN = """
import sys
from pathlib import Path
from hmm_project import config
config.use(Path(sys.argv[1]))
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "hmm_project.settings"
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


def run(directory: Path, script: str) -> str:
    """What `script` printed; its failure fails the test."""
    (directory / "config.yaml").write_text("database: sqlite\ndevices: {allow_loopback: true, timeout: 1}\n")
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script, str(directory)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
