"""One row describes one family of devices. A third party's package offers such a row as an entry point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from miners.adapters.link import Link
from miners.contract import Adapter, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    kind: str
    label: str
    default_port: int
    modes: tuple[str, ...] = ()  # least power first; which of them differ is up to the board
    open: Callable[[Target, Link], Adapter]
