"""What a one-time code was exchanged for: kept with its miner, encrypted, for as long as it may be used."""

from __future__ import annotations

from datetime import datetime, timedelta

from miners.contract import CodeSession
from miners.models import Miner

EARLY = timedelta(minutes=1)  # given up so long before its end: a command must not lose it half-way


def lasting(token: str, until: datetime | None, now: datetime) -> str:
    """`token` while it can still be used, else empty."""
    return token if until is not None and now < until - EARLY else ""


def keep(miner: Miner, session: CodeSession, *, now: datetime) -> datetime:
    """Answers until when it lasts. Past the audit of rows, which must not see it."""
    miner.code_session = session.token
    miner.code_session_until = now + timedelta(seconds=session.lasts_s)
    Miner.objects.filter(pk=miner.pk).update(
        code_session=miner.code_session, code_session_until=miner.code_session_until
    )
    return miner.code_session_until


def forget(miner: Miner) -> None:
    """Its device takes the session no more, so that it is not tried again; the next poll asks for a new code."""
    miner.code_session, miner.code_session_until = "", None
    Miner.objects.filter(pk=miner.pk).update(code_session="", code_session_until=None)
