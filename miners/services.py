"""What a person does to the list of miners: each function is one atomic change with its audit line."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from hmm_project import live
from hmm_project.journal import services as journal
from hmm_project.journal.models import Alert
from miners.adapters.registry import KINDS
from miners.addresses import check_host
from miners.models import DesiredState, Miner, MinerStatus

PLAIN_MAC = re.compile(r"([0-9a-f]{2})[:-]?" * 5 + r"([0-9a-f]{2})")
CHANGEABLE = frozenset(
    ("name", "kind", "host", "port", "mac", "enabled", "switch", "estimated_power_w", "web_user", "web_password")
)


class Invalid(ValidationError):
    """A value cannot be used. `field` names it, `reason` says in one sentence what is expected."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__({field: [reason]})
        self.field = field
        self.reason = reason


def create_miner(
    *, actor: str, now: datetime, name: str, kind: str, host: str, port: int | None = None, **fields: Any
) -> Miner:
    """Add a miner; without a port it is the family's own. Raises ValidationError (Invalid) naming the field."""
    known = KINDS.get(kind)
    if port is None:
        port = known.default_port if known else 0
    miner = Miner(name=name, kind=kind, host=host, port=port)
    return _changed(miner, fields, actor=actor, now=now)


def update_miner(miner: Miner, *, actor: str, now: datetime, **changes: Any) -> Miner:
    """Change what a person may choose. Raises ValidationError (Invalid) naming the field; nothing is saved then."""
    return _changed(miner, changes, actor=actor, now=now)


@transaction.atomic
def delete_miner(miner: Miner, *, actor: str, now: datetime) -> None:
    """Remove a miner; the ledger keeps its name, its telemetry goes with its days."""
    pk, subject = miner.pk, miner.subject
    miner.acting = actor
    miner.delete()
    _close_alerts(subject, miner.name, now=now, reason="was removed")
    live.announce("miners-changed", [pk])


def _changed(miner: Miner, changes: dict[str, Any], *, actor: str, now: datetime) -> Miner:
    for field, value in changes.items():
        if field not in CHANGEABLE:
            raise Invalid(field, "This cannot be changed.")
        setattr(miner, field, value)
    return save_miner(miner, actor=actor, now=now)


@transaction.atomic
def save_miner(miner: Miner, *, actor: str, now: datetime) -> Miner:
    """Check and keep `miner` as it stands in memory, with its status and desired rows."""
    before = Miner.objects.filter(pk=miner.pk).first()
    _normalise(miner)
    if miner.kind not in KINDS and (before is None or before.kind != miner.kind):  # a plug-in may be away for a while
        raise Invalid("kind", f"{miner.kind!r} is not a known kind; known are {', '.join(KINDS)}.")
    if before and before.kind != miner.kind and before.mac == miner.mac:
        miner.mac = None  # another family is another device
    miner.full_clean()
    miner.acting = actor
    miner.save()
    if before is None:
        MinerStatus.objects.create(miner=miner)
        DesiredState.objects.create(miner=miner)
    elif any(getattr(before, name) != getattr(miner, name) for name in ("kind", "host", "port", "mac")):
        # perhaps another board: what it was recognised by is learnt again
        MinerStatus.objects.filter(miner=miner).update(options=None, model=None, hostname=None)
    if not miner.enabled:
        _close_alerts(miner.subject, miner.name, now=now, reason="is no longer watched")
    live.announce("miners-changed", [miner.pk])
    return miner


def _normalise(miner: Miner) -> None:
    """One spelling for everything that is compared. Raises Invalid."""
    miner.name = miner.name.strip()
    for field in ("name", "mac", "web_user"):
        if not (getattr(miner, field) or "").isprintable():
            raise Invalid(field, "Enter text without line breaks and control characters.")
    try:
        miner.host = check_host(miner.host, allow_loopback=settings.CONFIG.devices.allow_loopback)
    except ValueError as error:
        raise Invalid("host", f"{error}.") from None
    miner.mac = canonical_identity(miner.mac)


def canonical_identity(text: str | None) -> str | None:
    """A MAC as aa:bb:cc:dd:ee:ff, another family's identity in lower case, None for nothing."""
    plain = (text or "").strip().lower()
    mac = PLAIN_MAC.fullmatch(plain)
    return ":".join(mac.groups()) if mac else plain or None


def _close_alerts(subject: str, name: str, *, now: datetime, reason: str) -> None:
    for key in Alert.objects.filter(subject=subject).values_list("key", flat=True):
        kind = key.removesuffix(f":{subject}")
        journal.close_alert(now=now, kind=kind, message=f"{name} {reason}.", subject=subject, name=name)
