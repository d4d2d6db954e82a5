"""Where a broker is and who we are to it. Knows no MQTT library: most processes only pass it on."""

from __future__ import annotations

from dataclasses import dataclass, field

from miners.contract import Refused


class Rejected(Refused):
    """The broker does not take user and password: do not ask again with these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    verify_tls: bool = True

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
