from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

from miners.adapters import plugins, registry
from miners.adapters.family import Family
from tests.miners.plugins import avalon_q
from tests.miners.plugins.avalon_q import AvalonQ
from tests.miners.plugins.packages import install_example


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty plug-in folder at the end of the path; what was imported from it is forgotten after the test."""
    known = set(sys.modules)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    yield tmp_path
    for name in set(sys.modules) - known:
        if str(tmp_path) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plug-in folder with the example in it."""
    folder = tmp_path_factory.mktemp("plugins")
    install_example(folder)
    return folder


@pytest.fixture
def family(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Family:
    """The example's family, as this process would have it had it been installed before the start."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(installed)])
    families, _ = plugins.load(distributions(path=[str(installed)]), [])
    monkeypatch.setitem(registry.KINDS, "avalon_q", families["avalon_q"])  # type: ignore[misc]
    return families["avalon_q"]


@pytest.fixture
def device() -> Iterator[AvalonQ]:
    with avalon_q.running() as device:
        yield device
