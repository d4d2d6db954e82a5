"""The latest UDP broadcasts of NMMiners, which miners.listener keeps in Redis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from hmm_project.redis_server import connection
from miners import listener
from miners.adapters.link import Datagram
from miners.listener.mailbox import MOST_DEVICES

SCANNED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Said:
    """What devices broadcast, by IP address."""

    statuses: Mapping[str, Datagram] = field(default_factory=dict)
    configs: Mapping[str, Datagram] = field(default_factory=dict)


def latest(addresses: Sequence[str], *, now: datetime) -> Said:
    """What the devices at `addresses` said last, in one round trip."""
    if not addresses:
        return Said()
    values = connection().mget([prefix + host for prefix in (listener.STATUS, listener.CONFIG) for host in addresses])
    datagrams = [_datagram(value, now) if isinstance(value, bytes) else None for value in values]
    half = len(addresses)
    return Said(_known(addresses, datagrams[:half]), _known(addresses, datagrams[half:]))


def everybody(*, now: datetime) -> Said:
    """What every device said last: for those whose address is not known."""
    return latest(addresses(), now=now)


def addresses() -> list[str]:
    """Who was heard in the last two minutes."""
    keys = connection().scan_iter(match=f"{listener.STATUS}*", count=SCANNED_AT_ONCE)
    return [key.decode().removeprefix(listener.STATUS) for key in islice(keys, MOST_DEVICES)]


def forget(addresses: Sequence[str]) -> None:
    """What the devices at `addresses` said is no news any more."""
    if addresses:
        connection().delete(*(listener.STATUS + host for host in addresses))


def _datagram(value: bytes, now: datetime) -> Datagram:
    received_at, payload = listener.unpack(value)
    return Datagram(payload, max(0.0, now.timestamp() - received_at))


def _known(addresses: Sequence[str], datagrams: Sequence[Datagram | None]) -> dict[str, Datagram]:
    return {host: datagram for host, datagram in zip(addresses, datagrams, strict=True) if datagram is not None}
