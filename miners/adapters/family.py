"""One row describes one family of devices. A third party's package offers such a row as an entry point."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from miners.adapters.link import Link
from miners.contract import Adapter, Found, Target

Identify = Callable[[str, int, Link], Awaitable[Found | None]]
"""(IP address, TCP port, link) -> who answers there, by one or two requests that change nothing and never log in.

None: it is none of ours. Raises a DeviceError for silence and for answers that cannot be read.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    kind: str
    label: str
    default_port: int
    modes: tuple[str, ...] = ()  # least power first; which of them differ is up to the board
    open: Callable[[Target, Link], Adapter]
    identify: Identify | None = None  # how discovery recognises it; None: it is added by hand only
    found_at: tuple[int, ...] | None = None  # TCP ports where it is looked for; None: its default port
