"""One row describes one family of devices. A third party's package offers such a row as an entry point."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from miners.adapters.link import Link
from miners.contract import Adapter, Found, Target

API = 1  # raised when a change of Family, Link or miners.contract breaks the drivers written for it
NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_KIND, LONGEST_LABEL, LONGEST_MODE = 40, 60, 20
HIGHEST_PORT = 65_535

Identify = Callable[[str, int, Link], Awaitable[Found | None]]
"""(IP address, TCP port, link) -> who answers there, by one or two requests that change nothing and never log in.

None: it is none of ours. Raises a DeviceError for silence and for answers that cannot be read.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """ValueError names the fields that cannot be used."""

    kind: str  # lower-case letters, digits and _: it stands in the database, the API and the ladder
    label: str
    default_port: int
    modes: tuple[str, ...] = ()  # least power first; which of them differ is up to the board
    open: Callable[[Target, Link], Adapter]
    identify: Identify | None = None  # how discovery recognises it; None: it is added by hand only
    found_at: tuple[int, ...] | None = None  # TCP ports where it is looked for; None: its default port
    api: int = 1  # the API it is written for

    def __post_init__(self) -> None:
        sound = {
            "kind": _is_name(self.kind, LONGEST_KIND),
            "label": isinstance(self.label, str) and 0 < len(self.label) <= LONGEST_LABEL and self.label.isprintable(),
            "default_port": isinstance(self.default_port, int) and 0 < self.default_port <= HIGHEST_PORT,
            "modes": isinstance(self.modes, tuple) and all(_is_name(mode, LONGEST_MODE) for mode in self.modes),
            "open": callable(self.open),
            "identify": self.identify is None or callable(self.identify),
        }
        if wrong := [f"{name}={getattr(self, name)!r}" for name, is_so in sound.items() if not is_so]:
            raise ValueError(f"a family cannot have {', '.join(wrong)}")


def _is_name(text: object, longest: int) -> bool:
    return isinstance(text, str) and len(text) <= longest and NAME.fullmatch(text) is not None
