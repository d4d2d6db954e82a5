"""Reading the rows of Octopus' unit rates: pure, tolerant of shape, strict about values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from energy.contract import Rate

SLOT = timedelta(minutes=30)
HIGHEST_PENCE = Decimal(200)  # twice the cap of Agile; there is no floor, but day-ahead prices have one
LOWEST_PENCE = Decimal(-200)
EXACT = Decimal("0.0001")
# A long-lived tariff lists each window twice, by way of paying; Agile does not say.
PAYMENT_METHODS = (None, "", "DIRECT_DEBIT")


class BadRow(ValueError):
    """A row that cannot be a half-hour price; the message says why."""


def read_rows(rows: Iterable[Any]) -> tuple[tuple[Rate, ...], tuple[str, ...]]:
    """Rates in order of time, each slot once, and a sentence for every row that was left out.

    Of two prices for one slot the dearer is kept: a price in doubt is never the cheap one.
    """
    kept: dict[datetime, Rate] = {}
    rejected: list[str] = []
    for row in rows:
        try:
            rate = _rate(row)
        except BadRow as reason:
            rejected.append(str(reason))
            continue
        if rate is None:
            continue
        other = kept.setdefault(rate.valid_from, rate)
        if other.price_pence != rate.price_pence:
            rejected.append(f"{rate.valid_from:%Y-%m-%d %H:%M} UTC has two prices: the dearer one is kept")
            kept[rate.valid_from] = max(other, rate)
    return tuple(sorted(kept.values())), tuple(rejected)


def _rate(row: Any) -> Rate | None:
    """One row; None for one that repeats another under a different way of paying."""
    if not isinstance(row, dict):
        raise BadRow(f"a row is {type(row).__name__}, not an object")
    if row.get("payment_method") not in PAYMENT_METHODS:
        return None
    valid_from = _time(row.get("valid_from"))
    if _time(row.get("valid_to")) - valid_from != SLOT or valid_from.timestamp() % SLOT.total_seconds():
        raise BadRow(f"{valid_from:%Y-%m-%d %H:%M} UTC is not the start of one half hour")
    return Rate(valid_from, valid_from + SLOT, _pence(row.get("value_inc_vat"), valid_from))


def _time(value: Any) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadRow(f"{str(value)[:40]!r} is not a time") from None
    if time.tzinfo is None:
        raise BadRow(f"{value!r} names no time zone")
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise BadRow(f"{value!r} is not a time") from None


def _pence(value: Any, valid_from: datetime) -> Decimal:
    try:
        pence = Decimal(value if isinstance(value, Decimal | int | str) and not isinstance(value, bool) else "NaN")
    except InvalidOperation:
        pence = Decimal("NaN")
    if not pence.is_finite() or not LOWEST_PENCE <= pence <= HIGHEST_PENCE:
        raise BadRow(f"{valid_from:%Y-%m-%d %H:%M} UTC has the price {str(value)[:40]!r}")
    return pence.quantize(EXACT)
