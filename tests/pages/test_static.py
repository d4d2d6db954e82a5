"""The committed style sheet is what its sources build."""

from __future__ import annotations

import subprocess

import pytest

from hmm_project.config import PROJECT

SOURCES = PROJECT / "static/src"
BUILT = PROJECT / "static/hmm/app.css"


@pytest.mark.skipif(not (SOURCES / "node_modules").is_dir(), reason="Tailwind is not installed: npm ci in static/src")
def test_the_style_sheet_is_not_stale() -> None:
    done = subprocess.run(
        ["sh", SOURCES / "build.sh", "--check"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_is_vendored_carries_its_licence_and_its_version() -> None:
    directories = list((PROJECT / "static/vendor").iterdir())
    assert directories
    for directory in directories:
        assert (directory / "LICENSE").is_file(), directory
        assert directory.name.rsplit("-", 1)[1][0].isdigit(), directory


def test_the_style_sheet_loads_nothing_from_elsewhere() -> None:
    text = BUILT.read_text()
    assert "http" not in text.replace("http://www.w3.org", "").replace("https://tailwindcss.com", "")
