"""Payouts by the tax year of the United Kingdom: from 6 April to 5 April, local dates."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

from pools.models import Payout

BRITAIN = ZoneInfo("Europe/London")
FIRST_MONTH, FIRST_DAY = 4, 6
EARLIEST, LATEST = 2009, 2200
COLUMNS = ("received_utc", "received_local", "coin", "amount", "gbp_at_receipt", "gbp_source", "pool", "txid", "note")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Of one coin. `unknown` payouts have no worth yet: `gbp` is of the others."""

    coin: str
    amount: Decimal
    gbp: Decimal
    payouts: int
    unknown: int


def year_of(time: datetime) -> int:
    """The calendar year in which the tax year of `time` began."""
    local = time.astimezone(BRITAIN).date()
    return local.year if local >= date(local.year, FIRST_MONTH, FIRST_DAY) else local.year - 1


def bounds(year: int) -> tuple[datetime, datetime]:
    """From when (UTC) to before when. Raises ValueError for a year that no payout can be of."""
    if not EARLIEST <= year <= LATEST:
        raise ValueError(f"{year} is not a tax year from {EARLIEST} to {LATEST}.")
    start, end = (datetime(each, FIRST_MONTH, FIRST_DAY, tzinfo=BRITAIN) for each in (year, year + 1))
    return start.astimezone(UTC), end.astimezone(UTC)


def label(year: int) -> str:
    """Such as "2026/27"."""
    return f"{year}/{(year + 1) % 100:02}"


def totals(payouts: Iterable[Payout]) -> list[Total]:
    """One for each coin, by its name."""
    by_coin: dict[str, list[Payout]] = {}
    for payout in payouts:
        by_coin.setdefault(payout.coin, []).append(payout)
    return [_total(coin, rows) for coin, rows in sorted(by_coin.items())]


def _total(coin: str, rows: list[Payout]) -> Total:
    known = [row.gbp_at_receipt for row in rows if row.gbp_at_receipt is not None]
    return Total(
        coin=coin,
        amount=sum((row.amount for row in rows), Decimal(0)),
        gbp=sum(known, Decimal(0)),
        payouts=len(rows),
        unknown=len(rows) - len(known),
    )


def csv_lines(payouts: Iterable[Payout]) -> Iterator[str]:
    """A header line, then a line for each payout; a worth that is unknown is empty."""
    yield ",".join(COLUMNS) + "\r\n"
    for payout in payouts:
        text = StringIO()
        csv.writer(text).writerow(_cells(payout))
        yield text.getvalue()


def _cells(payout: Payout) -> list[object]:
    worth = "" if payout.gbp_at_receipt is None else f"{payout.gbp_at_receipt:.2f}"
    words = (payout.gbp_source, payout.pool, payout.txid, payout.note)
    return [
        f"{payout.time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"{payout.time.astimezone(BRITAIN):%Y-%m-%d %H:%M:%S}",
        payout.coin,
        f"{payout.amount:f}",
        worth,
        *(f"'{word}" if word.startswith(FORMULA) else word for word in words),
    ]
