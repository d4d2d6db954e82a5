"""One-time codes: six digits of a person's phone open the settings of a NerdQAxe for a day."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import transaction

from hmm_project import live
from hmm_project.journal import services as journal
from hmm_project.journal.models import Level
from miners.adapters.link import open_link
from miners.adapters.options import from_json
from miners.adapters.registry import open_adapter
from miners.addresses import resolve
from miners.code_sessions import forget, keep
from miners.commands import gate
from miners.commands.locking import held
from miners.commands.seeing import store_reading
from miners.contract import Adapter, CodeSession, DeviceError, Reading, Refused, TakesCode, Target, Unreachable
from miners.models import Miner
from miners.polling.cleaning import cleaned
from miners.services import Invalid

__all__ = ["enter", "forget"]

DIGITS = re.compile(r"[0-9]{6}")
WAIT_FOR_LOCK_S = 8  # a poll of this miner may be under way
EVENT = "miner-code"


def enter(miner: Miner, code: str, *, actor: str, now: datetime) -> datetime:
    """Exchange `code` for a session and keep it; answers until when the settings are open.

    It is sent once, whatever comes of it. Raises Invalid for what is no code (nothing is sent), NeedsCode for a wrong
    one, another DeviceError, or locks.Busy. A session is only good for writing and asking for one is a request to the
    device, so SHADOW refuses it.
    """
    digits = code.replace(" ", "")
    if not DIGITS.fullmatch(digits):
        raise Invalid("code", "Enter the six digits that your authenticator app shows for it.")
    if gate.state() == gate.SHADOW:
        raise Refused("SHADOW: nothing was sent. A code only opens settings for writing, and SHADOW writes none.")
    target = Target(
        kind=miner.kind,
        host=miner.host,
        port=miner.port,
        mac=miner.mac or None,
        options=from_json(miner.status.options),
    )
    try:
        return async_to_sync(_exchange)(miner, target, digits, actor, now)
    except DeviceError as error:
        _tell(miner, f"{actor} entered a one-time code, which opened nothing. {error}", Level.WARNING, actor, now)
        raise


async def _exchange(miner: Miner, target: Target, code: str, actor: str, now: datetime) -> datetime:
    """Under the miner's lock: no poll comes between the session and what is seen with it."""
    devices = settings.CONFIG.devices
    async with held(miner.subject, wait_s=WAIT_FOR_LOCK_S), open_link(timeout_s=devices.timeout) as link:
        target = await _found(target)
        adapter = open_adapter(target, link)
        if not isinstance(adapter, TakesCode):
            raise Refused("Devices of its family ask for no one-time code.")
        session = await adapter.open_session(code)
        reading = await _seen(open_adapter(replace(target, code_session=session.token), link))
        return await sync_to_async(_opened)(miner, session, reading, actor, now)


async def _seen(adapter: Adapter) -> Reading | None:
    """What it offers now; None where it does not answer, the next poll will show it."""
    with suppress(DeviceError):
        return cleaned(await adapter.read())
    return None


async def _found(target: Target) -> Target:
    """At the IP address that its name means now."""
    devices = settings.CONFIG.devices
    try:
        async with asyncio.timeout(devices.timeout):
            host = await resolve(target.host, allow_loopback=devices.allow_loopback)
    except (ValueError, OSError) as error:  # TimeoutError is an OSError
        raise Unreachable(f"The address {target.host} cannot be used: {error or 'not resolved in time'}.") from None
    return replace(target, host=host)


@transaction.atomic
def _opened(miner: Miner, session: CodeSession, reading: Reading | None, actor: str, now: datetime) -> datetime:
    until = keep(miner, session, now=now)
    if reading is not None:
        store_reading(miner.pk, reading, now)
    hours = session.lasts_s / 3600
    _tell(miner, f"{actor} entered its one-time code: its settings are open for {hours:.3g} h", Level.INFO, actor, now)
    live.announce("miners-changed", [miner.pk])
    return until


def _tell(miner: Miner, what: str, level: Level, actor: str, now: datetime) -> None:
    journal.record(
        now=now,
        kind=EVENT,
        level=level,
        subject=miner.subject,
        name=miner.name,
        message=f"{miner.name}: {what}",
        data={"actor": actor},
    )
