"""What an answer of a price source tells the journal and open pages."""

from __future__ import annotations

from datetime import datetime

from energy.contract import Answer
from energy.storing import Correction, Stored
from hmm_project.journal.models import Level
from hmm_project.journal.services import close_alert, open_alert, record
from hmm_project.live import announce

MOST_LISTED = 48  # corrections in one event
REJECTED = "prices-rejected"


def tell(answer: Answer, stored: Stored, *, product_before: str, now: datetime) -> None:
    """Write events for a new product, corrected prices and unusable ones; announce what pages show."""
    if answer.product != product_before:
        record(now=now, kind="prices-product", message=f"Prices now come from the product {answer.product}.")
    if stored.corrections:
        _tell_corrections(stored.corrections, now)
    _tell_rejected(answer, now)
    if stored.added or stored.corrections:
        announce("prices-changed")


def _tell_corrections(corrections: tuple[Correction, ...], now: datetime) -> None:
    sentences = [correction.sentence for correction in corrections[:MOST_LISTED]]
    message = f"{len(corrections)} published prices were changed, the first: {sentences[0]}."
    record(now=now, kind="prices-corrected", level=Level.WARNING, message=message, data={"prices": sentences})


def _tell_rejected(answer: Answer, now: datetime) -> None:
    if not answer.rejected:
        close_alert(now=now, kind=REJECTED, message="Every price received can be used again.")
        return
    message = f"{len(answer.rejected)} of the prices received cannot be used, the first: {answer.rejected[0]}."
    open_alert(now=now, kind=REJECTED, level=Level.WARNING, message=message)
