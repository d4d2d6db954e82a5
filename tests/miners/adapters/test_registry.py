from __future__ import annotations

import pytest

from miners.adapters import registry
from miners.adapters.family import Family
from miners.adapters.link import Link
from miners.adapters.nerdqaxe import NerdQaxe
from miners.adapters.plugins import Plugin
from miners.contract import Adapter, Kind, Refused, Target

TOASTER = Target(kind="toaster", host="127.0.0.1", port=80)


def test_every_built_in_kind_has_a_row_and_opens_a_driver(link: Link):
    assert set(registry.KINDS) >= set(Kind)
    for kind, family in registry.KINDS.items():
        target = Target(kind=kind, host="127.0.0.1", port=family.default_port)
        assert isinstance(registry.open_adapter(target, link), Adapter)


def test_modes_are_in_order_of_power():
    assert registry.KINDS["bitaxe"].modes == ("eco", "standard", "turbo", "oc")
    assert registry.KINDS["avalon_nano"].modes == ("low", "med", "high")
    assert registry.KINDS["nmminer"].modes == ()


def test_a_kind_without_a_driver_is_refused_with_the_way_out(link: Link):
    with pytest.raises(Refused, match=r"No driver for 'toaster'.*install its plug-in again"):
        registry.open_adapter(TOASTER, link)


def test_a_kind_whose_plug_in_is_broken_is_refused_with_its_package_and_the_reason(
    link: Link, monkeypatch: pytest.MonkeyPatch
):
    broken = Plugin(package="hmm-toaster 1.0", name="toaster", problem="SyntaxError: invalid syntax")
    monkeypatch.setattr(registry, "PLUGINS", (broken,))
    with pytest.raises(Refused, match=r"hmm-toaster 1\.0 for 'toaster' is left out: SyntaxError"):
        registry.open_adapter(TOASTER, link)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": ""}, {"kind": "a" * 41}, {"label": ""}, {"label": "a\nb"}, {"default_port": 65_536}, {"modes": ("",)}],
)
def test_a_family_that_no_page_could_show_is_none(wrong: dict[str, object]):
    fields = {"kind": "toaster", "label": "Toaster", "default_port": 80, "open": NerdQaxe}
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Family(**fields | wrong)  # type: ignore[arg-type]
