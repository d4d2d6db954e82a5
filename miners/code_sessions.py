"""For how long what a one-time code was exchanged for may be used."""

from __future__ import annotations

from datetime import datetime, timedelta

EARLY = timedelta(minutes=1)  # given up so long before its end: a command must not lose it half-way


def lasting(token: str, until: datetime | None, now: datetime) -> str:
    """`token` while it can still be used, else empty."""
    return token if until is not None and now < until - EARLY else ""
