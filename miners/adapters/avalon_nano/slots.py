"""The three pool slots of an Avalon: which one holds a pool, and which one is given up for a new one."""

from __future__ import annotations

from collections.abc import Sequence

from miners.adapters import parse
from miners.adapters.avalon_nano.answer import Entry
from miners.contract import PoolEndpoint, Refused

SLOTS = range(3)
Place = tuple[str | None, object]  # host:port and worker


def holding(pools: Sequence[Entry], pool: PoolEndpoint) -> int | None:
    """The slot that already has `pool`, told by address and worker; the one in use, where two have it."""
    wanted = (f"{pool.host}:{pool.port}".lower(), pool.user)
    found = (entry for entry in pools if _place(entry) == wanted and _number(entry) is not None)
    best = min(found, key=lambda entry: not _active(entry), default=None)
    return None if best is None else _number(best)


def spare(pools: Sequence[Entry]) -> int:
    """The slot that is missed least. Refused (later) when its pools cannot be read.

    The slot in use is kept: after the reboot it may be the only one that works. Of the others goes first what is
    empty, then what another slot has too, what its pool has left dead, what never had a share, and then the one whose
    last share is oldest: a pool of ours, to which the miner is switched now and then, has a younger one. Among equals
    the lowest, because the boot ends in slot 0.
    """
    known = {number: entry for entry in pools if (number := _number(entry)) is not None}
    if not known:
        raise Refused("Its pools cannot be read just now, so none of them is overwritten.", retry=True)
    places = [_place(entry) for entry in known.values()]
    candidates = [number for number, entry in known.items() if not _active(entry)] or list(known)
    return min(candidates, key=lambda number: (_worth(known[number], places), number))


def _worth(entry: Entry, places: Sequence[Place]) -> tuple[bool, bool, bool, bool, float]:
    place = _place(entry)
    last_share = parse.number(entry.get("Last Share Time"), 0) or 0
    shared = bool(last_share or parse.count(entry.get("Accepted")))
    return place[0] is not None, places.count(place) == 1, entry.get("Status") == "Alive", shared, last_share


def _place(entry: Entry) -> Place:
    return parse.pool_url(entry.get("URL")), entry.get("User")


def _number(entry: Entry) -> int | None:
    number = parse.count(entry.get("POOL"))
    return number if number in SLOTS else None


def _active(entry: Entry) -> bool:
    return parse.flag(entry.get("Stratum Active"))
