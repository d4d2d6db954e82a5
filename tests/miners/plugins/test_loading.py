"""What other people's packages offer: found, loaded, and left out with a reason when they are broken."""

from __future__ import annotations

import logging
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from miners.adapters import plugins, registry
from miners.adapters.family import Family
from miners.adapters.plugins import Plugin
from miners.contract import Kind
from tests.miners.plugins.packages import TOASTER, write_package


def load(folder: Path) -> tuple[dict[str, Family], tuple[Plugin, ...]]:
    return plugins.load(distributions(path=[str(folder)]), registry.BUILT_IN)


def test_a_package_adds_its_family(folder: Path) -> None:
    write_package(folder, "hmm_toaster", TOASTER)
    families, found = load(folder)
    assert set(families) == {*Kind, "toaster"}
    assert families["toaster"].modes == ("light", "dark")
    assert [(each.package, each.name, each.problem) for each in found] == [("hmm_toaster 1.0", "toaster", "")]


def test_one_package_may_add_several_families(folder: Path) -> None:
    code = TOASTER + 'KETTLE = Family(kind="kettle", label="Kettle", default_port=80, open=Toaster)\n'
    write_package(folder, "hmm_kitchen", code, entry="toaster = {0}:FAMILY\nkettle = {0}:KETTLE")
    assert set(load(folder)[0]) == {*Kind, "toaster", "kettle"}


BROKEN = {
    "import hmm_nowhere": "ModuleNotFoundError: No module named 'hmm_nowhere'",
    "def (": "SyntaxError",
    "raise RuntimeError": "RuntimeError: no reason given",
    "1 / 0": "ZeroDivisionError: division by zero",
    "import sys; sys.exit('bye')": "SystemExit: bye",
    "": "AttributeError: module .* has no attribute 'FAMILY'",
    "FAMILY = 7": "it offers a int, not a miners.adapters.family.Family",
    TOASTER.replace('kind="toaster"', 'kind="bitaxe"'): "it claims the kind 'bitaxe', which exists",
    TOASTER.replace('kind="toaster"', 'kind="Toaster!"'): "ValueError: a family cannot have kind='Toaster!'",
    TOASTER.replace("default_port=80", "default_port=0"): "ValueError: a family cannot have default_port=0",
    TOASTER.replace('modes=("light", "dark")', 'modes="eco"'): "ValueError: a family cannot have modes='eco'",
    TOASTER.replace("open=Toaster", "open=None"): "ValueError: a family cannot have open=None",
    TOASTER.replace("open=Toaster", "open=Toaster, api=2"): "for version 2 of the adapter API, and this is version 1",
    TOASTER.replace("open=Toaster", "open=Toaster, future=1"): "TypeError: .*unexpected keyword argument 'future'",
}


@pytest.mark.parametrize(("code", "reason"), BROKEN.items(), ids=range(len(BROKEN)))
def test_a_broken_package_is_told_and_the_rest_is_served(
    folder: Path, caplog: pytest.LogCaptureFixture, code: str, reason: str
) -> None:
    write_package(folder, "hmm_broken", code, entry="broken = {}:FAMILY")
    write_package(folder, "hmm_toaster", TOASTER)
    families, found = load(folder)
    assert set(families) == {*Kind, "toaster"}
    assert families["bitaxe"] is registry.KINDS["bitaxe"]
    (broken,) = [plugin for plugin in found if plugin.problem]
    assert (broken.package, broken.name, broken.family) == ("hmm_broken 1.0", "broken", None)
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(broken.problem)
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "hmm_broken 1.0" in record.getMessage()
    assert broken.problem in record.getMessage()


def test_a_package_that_hangs_while_it_loads_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "PATIENCE_S", 0.3)
    write_package(folder, "hmm_sleepy", "import threading\nthreading.Event().wait()\n", entry="sleepy = {}:FAMILY")
    write_package(folder, "hmm_toaster", TOASTER)
    families, found = load(folder)
    assert "toaster" in families
    assert [plugin.problem for plugin in found] == ["TimeoutError: it does not load within 0.3 s", ""]


def test_of_two_packages_with_one_kind_the_same_one_wins_every_time(folder: Path) -> None:
    write_package(folder, "hmm_b", TOASTER.replace("Toaster", "Second"))
    write_package(folder, "hmm_a", TOASTER.replace("Toaster", "First"))
    families, found = load(folder)
    assert families["toaster"].label == "First"
    assert [(each.package, bool(each.problem)) for each in found] == [("hmm_a 1.0", False), ("hmm_b 1.0", True)]


def test_what_an_upgrade_left_of_the_old_version_counts_for_nothing(folder: Path) -> None:
    write_package(folder, "hmm_toaster", TOASTER, version="1.10", entry="toaster = {}:FAMILY")
    write_package(folder, "hmm_toaster", TOASTER, version="1.9", entry="toaster = {}:OLD")
    _, found = load(folder)
    assert [(each.package, each.problem) for each in found] == [("hmm_toaster 1.10", "")]


@pytest.mark.parametrize(
    ("file", "content"),
    [("entry_points.txt", "[hmm.adapters]\nnonsense"), ("METADATA", ""), ("entry_points.txt", b"[hmm.adapters]\xff")],
)
def test_a_half_removed_package_harms_nobody(folder: Path, file: str, content: str | bytes) -> None:
    write_package(folder, "hmm_ruin", TOASTER)
    (folder / "hmm_ruin-1.0.dist-info" / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    write_package(folder, "hmm_kettle", TOASTER.replace("toaster", "kettle"), entry="kettle = {}:FAMILY")
    assert "kettle" in load(folder)[0]


def test_packages_without_drivers_are_not_looked_at_closely(folder: Path) -> None:
    info = folder / "other-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[console_scripts]\nnonsense")
    assert load(folder)[1] == ()


def test_a_package_in_the_folder_shadows_nothing_of_ours(folder: Path) -> None:
    (folder / "miners").mkdir()
    (folder / "miners" / "__init__.py").write_text("raise RuntimeError")
    (folder / "json.py").write_text("raise RuntimeError")
    write_package(folder, "hmm_toaster", "import json\n" + TOASTER)
    assert load(folder)[1][0].problem == ""
    assert sys.path[-1] == str(folder)
