"""Which miners are lost: they should answer, do not, and can be recognised elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from miners import addresses
from miners.contract import Found, State
from miners.models import Miner, MinerStatus, Power
from miners.models.power import SwitchState

LOST_AFTER = 3  # failed readings in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A lost miner and what its device is recognised by: its MAC, or a host name that no other miner has."""

    miner_id: int
    name: str
    kind: str
    host: str
    port: int
    mac: str | None = None
    hostname: str | None = None
    model: str | None = None

    def is_named(self, found: Found) -> bool:
        """Whether `found`, which tells no MAC, has its host name and is no other board."""
        if self.mac or found.mac or found.kind != self.kind or not self.hostname:
            return False
        return found.hostname == self.hostname and self.model in (None, found.model)


def lost() -> list[Lost]:
    """Never one whose plug is off, which is planned off, or which has a host name: names resolve by themselves."""
    rows = (
        Miner.objects.filter(enabled=True, status__state=State.UNREACHABLE, status__failures__gte=LOST_AFTER)
        .exclude(switch__state=SwitchState.OFF)
        .exclude(Q(desired__power=Power.OFF) & Q(desired__in_force=True))
        .order_by("pk")
        .values_list("pk", "name", "kind", "host", "port", "mac", "status__hostname", "status__model")
    )
    own_names = _own_names()
    found = [
        Lost(
            miner_id=pk,
            name=name,
            kind=kind,
            host=host,
            port=port,
            mac=mac or None,
            hostname=hostname if not mac and (kind, hostname) in own_names else None,
            model=model,
        )
        for pk, name, kind, host, port, mac, hostname, model in rows
        if addresses.is_literal(host)
    ]
    return [one for one in found if one.mac or one.hostname]


def _own_names() -> set[tuple[str, str]]:
    """Families and host names that one miner alone has."""
    rows: Iterable[tuple[str, str | None]] = MinerStatus.objects.values_list("miner__kind", "hostname")
    return {(kind, name) for (kind, name), number in Counter(rows).items() if name and number == 1}
