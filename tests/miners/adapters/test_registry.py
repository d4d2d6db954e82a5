from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from miners.adapters import registry
from miners.adapters.family import Family
from miners.adapters.link import Link
from miners.contract import Adapter, Kind, Reading, Refused, Target


class Toaster:
    def __init__(self, target: Target, link: Link) -> None:
        self.target = target

    async def read(self) -> Reading:
        return Reading(power_w=800)


TOASTER = Family(kind="toaster", label="Toaster", default_port=80, open=Toaster)


@pytest.fixture
def module() -> Iterator[ModuleType]:
    """A third party's package with one good family and several bad ones."""
    found = ModuleType("hmm_toaster")
    found.toaster = TOASTER  # type: ignore[attr-defined]
    found.thief = Family(kind="bitaxe", label="Thief", default_port=80, open=Toaster)  # type: ignore[attr-defined]
    found.nonsense = 7  # type: ignore[attr-defined]
    sys.modules["hmm_toaster"] = found
    yield found
    del sys.modules["hmm_toaster"]


def entry(value: str) -> EntryPoint:
    return EntryPoint(name="x", value=value, group=registry.GROUP)


def test_every_built_in_kind_has_a_row_and_opens_a_driver(link: Link):
    assert set(registry.KINDS) >= set(Kind)
    for kind, family in registry.KINDS.items():
        target = Target(kind=kind, host="127.0.0.1", port=family.default_port)
        assert isinstance(registry.open_adapter(target, link), Adapter)


def test_modes_are_in_order_of_power():
    assert registry.KINDS["bitaxe"].modes == ("eco", "standard", "turbo", "oc")
    assert registry.KINDS["avalon_nano"].modes == ("low", "med", "high")
    assert registry.KINDS["nmminer"].modes == ()


def test_an_unknown_kind_is_refused_and_the_known_ones_named(link: Link):
    with pytest.raises(Refused, match=r"No adapter for 'toaster'.*bitaxe"):
        registry.open_adapter(Target(kind="toaster", host="127.0.0.1", port=80), link)


def test_a_third_partys_family_joins_the_others(module: ModuleType):
    families = registry.load([entry("hmm_toaster:toaster")])
    assert families["toaster"] is TOASTER
    assert set(families) == {*Kind, "toaster"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("hmm_toaster:missing", "cannot be loaded"),
        ("hmm_nowhere:toaster", "cannot be loaded"),
        ("hmm_toaster:nonsense", "is no miners.adapters.family.Family"),
        ("hmm_toaster:thief", "claims the kind 'bitaxe'"),
    ],
)
def test_a_broken_plug_in_is_reported_and_the_rest_is_served(
    module: ModuleType, caplog: pytest.LogCaptureFixture, value: str, words: str
):
    with caplog.at_level(logging.ERROR):
        families = registry.load([entry(value), entry("hmm_toaster:toaster")])
    assert families["toaster"] is TOASTER
    assert families["bitaxe"].label == "Bitaxe"
    assert words in caplog.text
