"""Prices that were corrected, or came late."""

from __future__ import annotations

from datetime import datetime

from energy.ledger import marks


def stale(since: datetime, until: datetime) -> None:
    """Stored prices changed within [since, until): the ledger prices its slots there again, within a minute or two.

    Call it in the transaction that stores them. What is ahead of the ledger, or older than it, costs nothing.
    """
    if since < until:
        marks.note_span(since, until)
