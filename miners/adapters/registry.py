"""The families this installation can talk to: the built-in ones and those of the entry-point group `hmm.adapters`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import distributions

from miners.adapters import introduction, plugins
from miners.adapters.avalon_nano.client import AvalonNano
from miners.adapters.avalon_nano.reading import LEVELS
from miners.adapters.bitaxe.client import Bitaxe
from miners.adapters.family import Family
from miners.adapters.link import Link
from miners.adapters.modes import MODES
from miners.adapters.nerdqaxe import NerdQaxe
from miners.adapters.nmminer.client import UDP_PORT, NMMiner
from miners.contract import Adapter, Kind, Refused, Target

HTTP_PORT = 80

BUILT_IN = (
    Family(
        kind=Kind.AVALON_NANO,
        label="Avalon Nano 3, 3S",
        default_port=4028,
        modes=LEVELS,
        open=AvalonNano,
        identify=introduction.over_cgminer,
    ),
    Family(
        kind=Kind.BITAXE,
        label="Bitaxe",
        default_port=HTTP_PORT,
        modes=MODES,
        open=Bitaxe,
        identify=introduction.over_http,
    ),
    Family(
        kind=Kind.NERDQAXE,
        label="NerdQAxe++",
        default_port=HTTP_PORT,
        modes=MODES,
        open=NerdQaxe,
        identify=introduction.over_http,
    ),
    Family(
        kind=Kind.NMMINER,
        label="NMMiner",
        default_port=UDP_PORT,
        open=NMMiner,
        identify=introduction.over_http,
        found_at=(HTTP_PORT,),
    ),
)

KINDS: Mapping[str, Family]
KINDS, PLUGINS = plugins.load(distributions(), BUILT_IN)


def open_adapter(target: Target, link: Link) -> Adapter:
    """The adapter of a device. Refused when its family is of a package that is missing or broken."""
    family = KINDS.get(target.kind)
    if family is None:
        raise Refused(why_missing(target.kind))
    return family.open(target, link)


def why_missing(kind: str) -> str:
    """Why there is no driver for a kind that a miner has, and the way out."""
    for plugin in PLUGINS:
        if plugin.name == kind and plugin.problem:
            return f"The plug-in {plugin.package} for {kind!r} is left out: {plugin.problem}."
    return f"No driver for {kind!r} is installed: install its plug-in again, or remove the miner."
