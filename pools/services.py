"""What a person does to the list of pools: each function is one atomic change with its audit line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import SET_NULL

from hmm_project.journal.models import Level
from hmm_project.journal.services import close_alert, record
from hmm_project.live import announce
from pools.contract import PoolState, split_address
from pools.models import Pool

CHANGEABLE = frozenset(("name", "coin", "host", "port", "tls", "user", "password", "enabled"))
UNREACHABLE = "pool-unreachable"
UNCHECKED: Mapping[str, Any] = {
    "state": PoolState.UNKNOWN,
    "misses": 0,
    "checked_at": None,
    "subscribe_ms": None,
    "failure": "",
}


def create_pool(*, actor: str, now: datetime, **fields: Any) -> Pool:
    """Add a pool; `host` may be pasted with scheme and port. Raises ValidationError naming the field."""
    return update_pool(Pool(), actor=actor, now=now, **fields)


def update_pool(pool: Pool, *, actor: str, now: datetime, **changes: Any) -> Pool:
    """Change what a person may choose. Raises ValidationError naming the field; nothing is saved then."""
    for field, value in with_address_split(changes).items():
        if field not in CHANGEABLE:
            raise ValidationError({field: "This cannot be changed."})
        setattr(pool, field, value)
    return save_pool(pool, actor=actor, now=now)


@transaction.atomic
def save_pool(pool: Pool, *, actor: str, now: datetime) -> Pool:
    """Check and keep `pool` as it stands in memory."""
    pool.name, pool.user = pool.name.strip(), pool.user.strip()
    before = Pool.objects.select_for_update().filter(pk=pool.pk).first()
    if before and before.listens_at != pool.listens_at:
        for field, value in UNCHECKED.items():
            setattr(pool, field, value)
    pool.full_clean()
    pool.acting = actor
    pool.save()
    if not pool.enabled or pool.state == PoolState.UNKNOWN:
        close_alert(
            now=now, kind=UNREACHABLE, subject=pool.subject, name=pool.name, message=f"{pool} is not watched there now."
        )
    announce("pools-changed", [pool.pk])
    return pool


@transaction.atomic
def delete_pool(pool: Pool, *, actor: str, now: datetime) -> None:
    """Remove a pool. What chose it, such as a band, leaves the miners' pool as it is from now on, and that is said."""
    pk, subject, users = pool.pk, pool.subject, users_of(pool)
    pool.acting = actor
    pool.delete()
    close_alert(now=now, kind=UNREACHABLE, subject=subject, name=pool.name, message=f"{pool} was removed.")
    if users:
        message = f"{actor} removed the pool {pool}: no pool is chosen any longer by {', '.join(users)}."
        record(now=now, kind="pool-removed", level=Level.WARNING, subject=subject, name=pool.name, message=message)
    announce("pools-changed", [pk])


def users_of(pool: Pool) -> list[str]:
    """What chose this pool and will choose none when it is gone, such as "band Cheap"."""
    relations = [relation for relation in Pool._meta.related_objects if relation.on_delete is SET_NULL]
    return [
        f"{relation.related_model._meta.verbose_name} {row}"
        for relation in relations
        for row in relation.related_model._base_manager.filter(**{relation.field.name: pool})
    ]


def with_address_split(fields: Mapping[str, Any]) -> dict[str, Any]:
    """`fields` with the port and TLS that a pasted host carries. Raises ValidationError when two ports contradict."""
    if not fields.get("host"):
        return dict(fields)
    try:
        host, port, tls = split_address(str(fields["host"]))
    except ValueError as error:
        raise ValidationError({"host": str(error)}) from None
    if port is not None and fields.get("port") not in (None, port):
        raise ValidationError({"port": f"The address says {port}, this says {fields['port']}: keep one of them."})
    said = {"host": host, "port": port, "tls": tls}
    return {**fields, **{name: value for name, value in said.items() if value is not None}}
