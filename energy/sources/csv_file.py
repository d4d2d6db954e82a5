"""Prices of a CSV file: all of it is right, or nothing is taken."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from energy.contract import Rate, Rhythm
from energy.sources.slots import BadRow, moment, price, slot, stamp

COLUMNS = ("valid_from", "valid_to")
PRICES = ("price", "price_pence", "value_inc_vat")
LARGEST_BYTES = 16 * 1024 * 1024
MOST_ROWS = 400_000  # eleven years of quarter hours
RHYTHM = Rhythm(fetched=False, missing="upload the file of the days that follow.")
EXPECTED = f"the first line must name the columns {', '.join(COLUMNS)} and price, separated by commas"


class BadFile(ValueError):
    """A file that cannot be used; the message names the row and the rule. Row 1 is the line of names."""


def read_file(content: bytes, currency: str) -> tuple[Rate, ...]:
    """The rates of the whole file in order, without a gap. Raises BadFile."""
    if len(content) > LARGEST_BYTES:
        raise BadFile(f"The file is larger than {LARGEST_BYTES // 1024 // 1024} MiB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("The file is not UTF-8 text.") from None
    rates = list(_rates(text, currency))
    if not rates:
        raise BadFile("The file holds no prices.")
    return tuple(rates)


def _rates(text: str, currency: str) -> Iterator[Rate]:
    rows = csv.reader(StringIO(text), strict=True)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        priced = next((name for name in PRICES if name in names), None)
        if priced is None or not set(COLUMNS) <= set(names) or len(set(names)) != len(names):
            raise BadFile(f"Row 1: {EXPECTED}.")
        places = [names.index(name) for name in (*COLUMNS, priced)]
        before: Rate | None = None
        for row in rows:
            if not any(row):
                continue
            number = rows.line_num
            if number > MOST_ROWS:
                raise BadFile(f"Row {number}: the file has more than {MOST_ROWS} rows.")
            before = _rate(row, places, len(names), f"Row {number}", before, currency)
            yield before
    except csv.Error as error:
        raise BadFile(f"Row {rows.line_num}: it is not CSV: {error}.") from None


def _rate(row: list[str], places: list[int], width: int, where: str, before: Rate | None, currency: str) -> Rate:
    if len(row) != width:
        comma = ": a decimal comma? Write 12.5" if len(row) > width else ""
        raise BadFile(f"{where}: it has {len(row)} fields, the first line {width}{comma}.")
    start, end, value = (row[place].strip() for place in places)
    if "," in value:
        raise BadFile(f"{where}: {value[:20]!r} has a decimal comma: write it with a point.")
    try:
        valid_from, valid_to = moment(start), moment(end)
        rate = slot(valid_from, valid_to, price(value, valid_from, currency))
    except BadRow as reason:
        hint = ": write times as 2026-01-18T00:00:00Z or with an offset" if "zone" in str(reason) else ""
        raise BadFile(f"{where}: {reason}{hint}.") from None
    if before is not None:
        _check_order(before, rate, where)
    return rate


def _check_order(before: Rate, rate: Rate, where: str) -> None:
    if rate.valid_from < before.valid_to:
        raise BadFile(
            f"{where}: {stamp(rate.valid_from)} overlaps the row before it, which ends {before.valid_to:%H:%M}."
        )
    if rate.valid_from > before.valid_to:
        raise BadFile(f"{where}: the slots from {stamp(before.valid_to)} to {stamp(rate.valid_from)} are missing.")
