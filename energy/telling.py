"""What an answer of a price source tells the journal and open pages."""

from __future__ import annotations

from datetime import datetime

from energy.contract import Answer
from energy.feeds import Feed
from energy.storing import Correction, Stored
from hmm_project.journal.models import Level
from hmm_project.journal.services import close_alert, open_alert, record
from hmm_project.live import announce

MOST_LISTED = 48  # corrections in one event
REJECTED = "prices-rejected"


def tell(feed: Feed, answer: Answer, stored: Stored, *, now: datetime) -> None:
    """Write events for a new product, corrected prices and unusable ones; announce what pages show."""
    if answer.product != feed.memory.resolved_product:
        message = f"{feed.words} now come from the product {answer.product}."
        record(now=now, kind=feed.kind("prices-product"), message=message)
    if stored.corrections:
        _tell_corrections(feed, stored.corrections, now)
    _tell_rejected(feed, answer, now)
    if stored.added or stored.corrections:
        announce("prices-changed")


def _tell_corrections(feed: Feed, corrections: tuple[Correction, ...], now: datetime) -> None:
    sentences = [correction.sentence for correction in corrections[:MOST_LISTED]]
    message = f"{len(corrections)} published prices were changed, the first: {sentences[0]}."
    kind, data = feed.kind("prices-corrected"), {"prices": sentences}
    record(now=now, kind=kind, level=Level.WARNING, message=message, data=data)


def _tell_rejected(feed: Feed, answer: Answer, now: datetime) -> None:
    if not answer.rejected:
        close_alert(now=now, kind=feed.kind(REJECTED), message="Every price received can be used again.")
        return
    message = f"{len(answer.rejected)} of the prices received cannot be used, the first: {answer.rejected[0]}."
    open_alert(now=now, kind=feed.kind(REJECTED), level=Level.WARNING, message=message)
