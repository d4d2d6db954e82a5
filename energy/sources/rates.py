"""Reading the rows of Octopus' unit rates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from energy.contract import Rate
from energy.sources.slots import BadRow, moment, price, read_slots, stamp

SLOT = timedelta(minutes=30)
# A long-lived tariff lists each window twice, by way of paying; Agile does not say.
PAYMENT_METHODS = (None, "", "DIRECT_DEBIT")


def read_rows(rows: Iterable[Any]) -> tuple[tuple[Rate, ...], tuple[str, ...]]:
    """Rates in order of time, each half hour once, and a sentence for every row that was left out."""
    return read_slots(rows, _rate)


def _rate(row: Any) -> Rate | None:
    """One row; None for one that repeats another under a different way of paying."""
    if not isinstance(row, dict):
        raise BadRow(f"a row is {type(row).__name__}, not an object")
    if row.get("payment_method") not in PAYMENT_METHODS:
        return None
    valid_from = moment(row.get("valid_from"))
    if moment(row.get("valid_to")) - valid_from != SLOT or valid_from.timestamp() % SLOT.total_seconds():
        raise BadRow(f"{stamp(valid_from)} is not the start of one half hour")
    return Rate(valid_from, valid_from + SLOT, price(row.get("value_inc_vat"), valid_from))
