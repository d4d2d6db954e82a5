"""What a person does to plugs and their connection: each function is one atomic change with its audit line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from hmm_project import live
from hmm_project.journal import services as journal
from miners.models import HomeAssistant, Miner, Switch
from miners.power import connecting
from miners.power.observing import read_switches
from miners.services import Invalid, save_miner

__all__ = [
    "check_token",
    "create_switch",
    "delete_switch",
    "link",
    "read_switches",
    "save_home_assistant",
    "save_switch",
    "update_switch",
]
CHANGEABLE = frozenset(("name", "entity_id", "power_entity_id", "locked"))


def create_switch(
    *, actor: str, now: datetime, name: str, entity_id: str, miner_ids: Iterable[int] = (), **fields: Any
) -> Switch:
    """Add a plug that feeds these miners. Raises ValidationError naming the field; nothing is saved then."""
    return update_switch(Switch(), actor=actor, now=now, name=name, entity_id=entity_id, miner_ids=miner_ids, **fields)


@transaction.atomic
def update_switch(
    switch: Switch, *, actor: str, now: datetime, miner_ids: Iterable[int] | None = None, **changes: Any
) -> Switch:
    """Change what a person may choose; `miner_ids` replaces the miners it feeds."""
    for field, value in changes.items():
        if field not in CHANGEABLE:
            raise Invalid(field, "This cannot be changed.")
        setattr(switch, field, value)
    save_switch(switch, actor=actor)
    if miner_ids is not None:
        link(switch, miner_ids, actor=actor, now=now)
    return switch


@transaction.atomic
def save_switch(switch: Switch, *, actor: str) -> Switch:
    """Check and keep the plug as it stands in memory; of another entity nothing is known yet."""
    switch.name = switch.name.strip()
    switch.entity_id = switch.entity_id.strip().lower()
    switch.power_entity_id = switch.power_entity_id.strip().lower()
    before = Switch.objects.filter(pk=switch.pk).first()
    if before and before.entity_id != switch.entity_id:
        fresh = Switch()
        switch.state, switch.power_w, switch.seen_at = fresh.state, fresh.power_w, fresh.seen_at
    switch.full_clean()
    switch.acting = actor
    switch.save()
    live.announce("switches-changed", [switch.pk])
    return switch


@transaction.atomic
def link(switch: Switch, miner_ids: Iterable[int], *, actor: str, now: datetime) -> None:
    """Let the plug feed exactly these miners."""
    wanted = set(miner_ids)
    found = {miner.pk: miner for miner in Miner.objects.filter(pk__in=wanted)}
    if missing := wanted - found.keys():
        raise Invalid("miner_ids", f"There is no miner {', '.join(map(str, sorted(missing)))}.")
    for miner in switch.miners.exclude(pk__in=wanted):
        miner.switch = None
        save_miner(miner, actor=actor, now=now)
    for miner in found.values():
        if miner.switch_id != switch.pk:
            miner.switch = switch
            save_miner(miner, actor=actor, now=now)


@transaction.atomic
def delete_switch(switch: Switch, *, actor: str, now: datetime) -> None:
    """Remove the plug from here; it stays as it is, and its miners stay without one."""
    pk = switch.pk
    link(switch, (), actor=actor, now=now)
    switch.acting = actor
    switch.delete()
    live.announce("switches-changed", [pk])


@transaction.atomic
def save_home_assistant(
    *,
    actor: str,
    now: datetime,
    url: str | None = None,
    token: str | None = None,
    enabled: bool | None = None,
    verify_tls: bool | None = None,
) -> HomeAssistant:
    """Change the connection; None leaves a value as it is. A saved token, even the same one, is tried again."""
    home = connecting.configured() or HomeAssistant(pk=connecting.ONLY)
    check_token(home, url, token)
    if url is not None:
        home.url = url.strip().rstrip("/")
    if enabled is not None:
        home.enabled = enabled
    if verify_tls is not None:
        home.verify_tls = verify_tls
    if token is not None:
        home.token = token.strip()
        home.rejected = False
    home.full_clean()
    home.acting = actor
    home.save()
    if token is not None:
        journal.close_alert(now=now, kind=connecting.REJECTED, message=f"A new token for {home.url} was saved.")
    live.announce("switches-changed")
    return home


def check_token(home: HomeAssistant, url: str | None, token: str | None) -> None:
    """Raises Invalid for a token no header can carry, and for a saved one that would follow to another address."""
    if token is not None and not re.fullmatch(r"[!-~]*", token.strip()):
        raise Invalid("token", "A token has no spaces or line breaks: copy it again.")
    if url is not None and token is None and home.token and _origin(url) != _origin(home.url):
        raise Invalid("token", "Enter the token again: the saved one is for the former address only.")


def _origin(url: str) -> list[str]:
    return url.strip().lower().split("/")[:3]
