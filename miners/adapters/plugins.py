"""Families of other people's packages: found by their entry points, loaded with care, left out with a reason."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint

from miners.adapters import parse
from miners.adapters.family import API, Family

GROUP = "hmm.adapters"
PATIENCE_S = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One entry point of the group, and what became of it."""

    package: str  # such as "hmm-avalon-q 1.0"
    name: str  # of the entry point: by custom the kind
    family: Family | None = None
    problem: str = ""  # why it is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """What a package says it has for us."""

    name: str
    version: str
    entries: tuple[EntryPoint, ...]


def load(installed: Iterable[Distribution], built_in: Iterable[Family]) -> tuple[dict[str, Family], tuple[Plugin, ...]]:
    """Every family by kind, and every plug-in. One that is broken is logged and left out, whatever it raises."""
    families = {family.kind: family for family in built_in}
    plugins = []
    for package, entry in _newest(installed):
        plugin = _load(package, entry, families)
        if plugin.family:
            families[plugin.family.kind] = plugin.family
        else:
            log.error("The plug-in %s (%s) is left out: %s", package, entry.value, plugin.problem)
        plugins.append(plugin)
    return families, tuple(plugins)


def _newest(installed: Iterable[Distribution]) -> list[tuple[str, EntryPoint]]:
    """Package and entry point, in order. An upgrade by pip into a folder leaves what described the old version."""
    offers = [offer for distribution in installed if (offer := _offer(distribution))]
    newest = {offer.name: offer for offer in sorted(offers, key=lambda offer: parse.version(offer.version))}
    return [(f"{name} {newest[name].version}", entry) for name in sorted(newest) for entry in newest[name].entries]


def _offer(distribution: Distribution) -> _Offer | None:
    """Few packages have entry points of ours, so few are looked at closely."""
    try:
        if GROUP not in (distribution.read_text("entry_points.txt") or ""):
            return None
        entries = tuple(distribution.entry_points.select(group=GROUP))
        return _Offer(name=str(distribution.name), version=str(distribution.version), entries=entries)
    except Exception:  # half removed, or written by hand
        log.exception("The description of a plug-in, %s, cannot be read: it is left out", distribution)
        return None


def _load(package: str, entry: EntryPoint, families: Mapping[str, Family]) -> Plugin:
    try:
        with _within(PATIENCE_S):
            offered = entry.load()
    except (Exception, SystemExit) as error:  # a stranger's package may fail in any way; the others must be served
        log.info("loading %s", entry.value, exc_info=True)
        problem = f"{type(error).__name__}: {' '.join(str(error).split()) or 'no reason given'}"
        return Plugin(package=package, name=entry.name, problem=problem)
    if problem := _flaw(offered, families):
        return Plugin(package=package, name=entry.name, problem=problem)
    return Plugin(package=package, name=entry.name, family=offered)


def _flaw(offered: object, families: Mapping[str, Family]) -> str:
    if not isinstance(offered, Family):
        return f"it offers a {type(offered).__name__}, not a miners.adapters.family.Family"
    if offered.api != API:
        return f"it is written for version {offered.api} of the adapter API, and this is version {API}"
    if offered.kind in families:
        return f"it claims the kind {offered.kind!r}, which exists"
    return ""


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """TimeoutError in a block that hangs. Only the main thread can be rung: every role imports its drivers there."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError(f"it does not load within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
