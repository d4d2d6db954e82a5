"""Which address a miner has, when its device has another one than before. Identity stays, addresses move.

Nothing is bound on a guess: a device has said who it is, or it stays where it was. A miner that was configured by a
host name keeps it: names resolve by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from auditlog.models import LogEntry
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from hmm_project import live
from hmm_project.journal import services as journal
from hmm_project.journal.models import Level
from miners.addresses import check_host, is_literal
from miners.contract import Found
from miners.models import Miner, MinerStatus
from miners.moving import Address, plan
from miners.services import canonical_identity

ACTOR = "discovery"
FRESH_POLLS = 3  # who was read well within so many polls is where it was


def rebind(miner_id: int, *, host: str, port: int, now: datetime, why: str) -> bool:
    """Give a miner the address its device has now; False when it cannot be had or nothing changes.

    Not for an address outside one's own network, one that another miner has, or a miner with a host name.
    """
    address = _usable(host, port)
    if address is None or Miner.objects.filter(host=address.host, port=port).exclude(pk=miner_id).exists():
        return False
    return bool(settle({miner_id: address}, now=now, why=why))


def claim(found: Found, *, now: datetime) -> Miner | None:
    """The miner that `found` is, by MAC; None when it is unknown.

    It is given the found address when it does not answer at its own. Who has that address and cannot be there, because
    this device is, changes places with it.
    """
    mac = canonical_identity(found.mac)
    miner = Miner.objects.select_related("status").filter(mac=mac).first() if mac else None
    if miner is None:
        return None
    address = _usable(found.host, found.port)
    if address is not None and found.kind == miner.kind and not answers(miner, now) and _is_free(address, now):
        settle({miner.pk: address}, now=now, why=f"its device was found there ({mac})")
        miner.refresh_from_db()
    return miner


def answers(miner: Miner, now: datetime) -> bool:
    """Whether it was just read well at its own address."""
    status: MinerStatus | None = getattr(miner, "status", None)
    if not miner.enabled or status is None or status.failures or status.seen_at is None:
        return False
    return now - status.seen_at < FRESH_POLLS * timedelta(seconds=settings.CONFIG.intervals.poll)


def is_known(miner: Miner) -> bool:
    """Whether its device has ever been met, so that another one is told from it."""
    return miner.mac is not None or (hasattr(miner, "status") and miner.status.seen_at is not None)


def _is_free(address: Address, now: datetime) -> bool:
    """Nobody has it, or somebody whose device cannot be there: it has another MAC, or it is silent."""
    holder = Miner.objects.select_related("status").filter(host=address.host, port=address.port).first()
    return holder is None or (is_known(holder) and (holder.mac is not None or not answers(holder, now)))


@transaction.atomic
def settle(proven: Mapping[int, Address], *, now: datetime, why: str) -> list[int]:
    """Move miners to where their devices were proven to answer, all or none; the ids of those that moved.

    A miner whose address goes to another gets the address that became free, and is lost until it is found.
    """
    touched = Q(pk__in=proven) | Q(host__in={address.host for address in proven.values()})
    miners = {miner.pk: miner for miner in Miner.objects.select_for_update(no_key=True).filter(touched).order_by("pk")}
    addresses = {pk: Address(miner.host, miner.port) for pk, miner in miners.items()}
    movable = {pk: address for pk, address in proven.items() if pk in miners and is_literal(miners[pk].host)}
    moves = plan(movable, addresses)
    if not moves:
        return []
    for pk in moves:  # an address is one miner's at any moment, so nobody has one for a moment
        Miner.objects.filter(pk=pk).update(host=f"moving-{pk}", port=0)
    for pk, address in moves.items():
        _move(miners[pk], address, now=now, why=why if movable.get(pk) == address else "")
    MinerStatus.objects.filter(miner__in=moves).update(options=None)
    live.announce("miners-changed", moves)
    return list(moves)


def _move(miner: Miner, address: Address, *, now: datetime, why: str) -> None:
    """One miner's row, its audit line and its event; without a `why` it was driven from its address."""
    before = Address(miner.host, miner.port)
    miner.host, miner.port, miner.acting = address.host, address.port, ACTOR
    Miner.objects.filter(pk=miner.pk).update(host=address.host, port=address.port)
    changes = {
        "host": [before.host, address.host],
        "port": [str(before.port), str(address.port)],
    }
    LogEntry.objects.log_create(
        miner,
        action=LogEntry.Action.UPDATE,
        changes={name: values for name, values in changes.items() if values[0] != values[1]},
    )
    if why:
        kind, level, message = "miner-moved", Level.INFO, f"{miner.name} has moved from {before} to {address}: {why}"
    else:
        kind, level = "miner-lost", Level.WARNING
        message = f"{miner.name} is lost: another miner answers at {before}. It is looked for"
    journal.record(now=now, kind=kind, level=level, subject=miner.subject, name=miner.name, message=message)


def _usable(host: str, port: int) -> Address | None:
    """The address in its one spelling; None for a name, and for what lies outside one's own network."""
    try:
        checked = check_host(host, allow_loopback=settings.CONFIG.devices.allow_loopback)
    except ValueError:
        return None
    return Address(checked, port) if is_literal(checked) else None
