"""Who speaks by itself: NMMiners 1.x, whose broadcasts the listener keeps in Redis."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from miners.adapters import introduction
from miners.adapters.link import Datagram
from miners.contract import Found
from miners.polling import broadcasts


def heard(*, now: datetime) -> list[Found]:
    """Every device that was heard within the last minute, by address."""
    said = latest(now=now)
    found = (introduction.heard(host, said) for host in sorted(said))
    return [device for device in found if device is not None]


def latest(*, now: datetime) -> Mapping[str, Datagram]:
    """What was last heard, by IP address."""
    return broadcasts.everybody(now=now).statuses
