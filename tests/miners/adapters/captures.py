"""The captured payloads that lie beside this repository, where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CAPTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "captures"

needs_captures = pytest.mark.skipif(not CAPTURES.is_dir(), reason="no captures beside this repository")


def load(name: str) -> dict[str, Any]:
    """The JSON object in `name`, such as "bitaxe/errors.json"."""
    found = json.loads((CAPTURES / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def files(folder: str) -> list[str]:
    """The names in one family's folder."""
    return sorted(path.name for path in (CAPTURES / folder).glob("*")) if CAPTURES.is_dir() else []
