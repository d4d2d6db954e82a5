"""The families this installation can talk to: the built-in ones and those of the entry-point group `hmm.adapters`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points

from miners.adapters.avalon_nano.client import AvalonNano
from miners.adapters.avalon_nano.reading import LEVELS
from miners.adapters.bitaxe.client import Bitaxe
from miners.adapters.family import Family
from miners.adapters.link import Link
from miners.adapters.modes import MODES
from miners.adapters.nerdqaxe import NerdQaxe
from miners.adapters.nmminer.client import UDP_PORT, NMMiner
from miners.contract import Adapter, Kind, Refused, Target

GROUP = "hmm.adapters"

BUILT_IN = (
    Family(kind=Kind.AVALON_NANO, label="Avalon Nano 3, 3S", default_port=4028, modes=LEVELS, open=AvalonNano),
    Family(kind=Kind.BITAXE, label="Bitaxe", default_port=80, modes=MODES, open=Bitaxe),
    Family(kind=Kind.NERDQAXE, label="NerdQAxe++", default_port=80, modes=MODES, open=NerdQaxe),
    Family(kind=Kind.NMMINER, label="NMMiner", default_port=UDP_PORT, open=NMMiner),
)

log = logging.getLogger(__name__)


def load(found: Iterable[EntryPoint]) -> dict[str, Family]:
    """Every family by kind. A plug-in that is broken, or claims a kind that exists, is reported and left out."""
    families = {family.kind: family for family in BUILT_IN}
    for entry in found:
        try:
            family = entry.load()
        except Exception:  # a stranger's package may fail in any way; the others must still be served
            log.exception("The adapter plug-in %r cannot be loaded and is left out.", entry.value)
            continue
        if not isinstance(family, Family):
            log.error("The adapter plug-in %r is no miners.adapters.family.Family and is left out.", entry.value)
        elif family.kind in families:
            log.error("The adapter plug-in %r claims the kind %r, which exists.", entry.value, family.kind)
        else:
            families[family.kind] = family
    return families


KINDS: Mapping[str, Family] = load(entry_points(group=GROUP))


def open_adapter(target: Target, link: Link) -> Adapter:
    """The adapter of a device. Refused when its family is of a package that is not installed."""
    family = KINDS.get(target.kind)
    if family is None:
        raise Refused(f"No adapter for {target.kind!r} is installed; there are: {', '.join(KINDS)}.")
    return family.open(target, link)
