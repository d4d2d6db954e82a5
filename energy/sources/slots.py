"""Reading the slots of any source: pure, tolerant of shape, strict about values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from energy.contract import Rate
from energy.sources.currencies import CURRENCIES

LENGTHS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60))
EXACT = Decimal("0.0001")

Row = TypeVar("Row")


class BadRow(ValueError):
    """A row that cannot be the price of a slot; the message says why."""


def read_slots(rows: Iterable[Row], read: Callable[[Row], Rate | None]) -> tuple[tuple[Rate, ...], tuple[str, ...]]:
    """Rates in order of time, each slot once, and a sentence for every row that was left out.

    `read` answers None for a row that says nothing. Of two prices for one slot the dearer is kept: a price in doubt is
    never the cheap one. A slot that begins inside another is left out.
    """
    kept: dict[datetime, Rate] = {}
    rejected: list[str] = []
    for row in rows:
        try:
            rate = read(row)
        except BadRow as reason:
            rejected.append(str(reason))
            continue
        if rate is None:
            continue
        other = kept.setdefault(rate.valid_from, rate)
        if other.price_pence != rate.price_pence:
            rejected.append(f"{stamp(rate.valid_from)} has two prices: the dearer one is kept")
            kept[rate.valid_from] = max(other, rate, key=lambda each: each.price_pence)
    apart = _apart(sorted(kept.values()), rejected)
    return apart, tuple(rejected)


def _apart(rates: Iterable[Rate], rejected: list[str]) -> tuple[Rate, ...]:
    found: list[Rate] = []
    for rate in rates:
        if found and rate.valid_from < found[-1].valid_to:
            rejected.append(f"{stamp(rate.valid_from)} lies inside the slot before it")
        else:
            found.append(rate)
    return tuple(found)


def slot(valid_from: datetime, valid_to: datetime, pence: Decimal, lengths: Iterable[timedelta] = LENGTHS) -> Rate:
    """A rate whose slot has one of `lengths` and begins at a whole one. Raises BadRow."""
    length = valid_to - valid_from
    if length not in lengths or valid_from.timestamp() % length.total_seconds():
        raise BadRow(f"{stamp(valid_from)} to {stamp(valid_to)} is not one slot of {_minutes(lengths)} minutes")
    return Rate(valid_from, valid_to, pence)


def _minutes(lengths: Iterable[timedelta]) -> str:
    return " or ".join(str(length // timedelta(minutes=1)) for length in lengths)


def moment(value: Any) -> datetime:
    """A time with its zone, in UTC. Raises BadRow."""
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


def epoch(seconds: Any) -> datetime:
    """A time given in seconds since 1970. Raises BadRow."""
    number = amount(seconds)
    try:
        return datetime.fromtimestamp(float("nan" if number is None else number), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadRow(f"{str(seconds)[:40]!r} is not a time") from None


def amount(value: Any) -> Decimal | None:
    """A finite number as JSON or text may hold it; None for anything else."""
    if isinstance(value, float):
        value = str(value)
    try:
        number = Decimal(value if isinstance(value, Decimal | int | str) and not isinstance(value, bool) else "NaN")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def price(value: Any, at: datetime, currency: str = "GBP", *, scale: Decimal = Decimal(1)) -> Decimal:
    """A believable price of the slot that begins at `at`, `scale` times `value`. Raises BadRow."""
    number = amount(value)
    highest = CURRENCIES[currency].highest
    if number is None or not -highest <= number * scale <= highest:
        raise BadRow(f"{stamp(at)} has the price {str(value)[:40]!r}")
    return (number * scale).quantize(EXACT)


def stamp(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
