"""Prices of a CSV file: all of it, or the row and the rule."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.sources.csv_file import BadFile, read_file
from tests.energy.rows import at

HEAD = "valid_from,valid_to,price\n"
FIRST = "2026-01-18T00:00:00Z,2026-01-18T00:30:00Z,15.4035\n"
SECOND = "2026-01-18T00:30:00Z,2026-01-18T01:00:00Z,-0.5\n"
THIRD = "2026-01-18T01:00:00Z,2026-01-18T02:00:00Z,0\n"


def test_rows_become_rates_of_mixed_lengths() -> None:
    rates = read_file((HEAD + FIRST + SECOND + THIRD).encode(), "GBP")
    assert [rate.price_pence for rate in rates] == [Decimal("15.4035"), Decimal("-0.5"), 0]
    assert [rate.valid_to - rate.valid_from for rate in rates] == [
        timedelta(minutes=minutes) for minutes in (30, 30, 60)
    ]
    assert rates[0].valid_from == at("2026-01-18 00:00")


def test_a_mark_of_order_other_columns_empty_lines_and_offsets_are_no_trouble() -> None:
    text = (
        "\ufeffvalid_from , valid_to,value_exc_vat,VALUE_INC_VAT\r\n"
        "2026-01-18T01:00:00+01:00,2026-01-18T01:30:00+01:00,1,2\r\n\r\n"
    )
    (rate,) = read_file(text.encode(), "GBP")
    assert (rate.valid_from, rate.price_pence) == (at("2026-01-18 00:00"), 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("from,to,price\n" + FIRST, "Row 1: the first line must name the columns valid_from, valid_to and price"),
        ("valid_from;valid_to;price\n", "Row 1: the first line must name"),
        ("valid_from,valid_to,price,price\n", "Row 1: the first line must name"),
        ("", "Row 1: the first line must name"),
        (HEAD, "The file holds no prices."),
        (HEAD + FIRST + THIRD, "Row 3: the slots from 2026-01-18 00:30 UTC to 2026-01-18 01:00 UTC are missing."),
        (HEAD + FIRST + FIRST, "Row 3: 2026-01-18 00:00 UTC overlaps the row before it, which ends 00:30."),
        (HEAD + SECOND + FIRST, "Row 3: 2026-01-18 00:00 UTC overlaps the row before it"),
        (HEAD + '2026-01-18T00:00:00Z,2026-01-18T00:30:00Z,"15,4"\n', "Row 2: '15,4' has a decimal comma"),
        (HEAD + FIRST.replace("15.4035", "15,4035"), "Row 2: it has 4 fields, the first line 3: a decimal comma?"),
        (HEAD + "2026-01-18T00:00:00Z,5\n", "Row 2: it has 2 fields, the first line 3."),
        (HEAD + FIRST.replace("Z", ""), "Row 2: '2026-01-18T00:00:00' names no time zone: write times as"),
        (HEAD + FIRST.replace("00:30", "00:20"), "Row 2: 2026-01-18 00:00 UTC to 2026-01-18 00:20 UTC is not one slot"),
        (HEAD + FIRST.replace(":00Z", ":10Z"), "Row 2: 2026-01-18 00:00 UTC to"),
        (HEAD + FIRST.replace("2026-01-18T00:00:00Z", "noon"), "Row 2: 'noon' is not a time."),
        (HEAD + FIRST.replace("15.4035", "NaN"), "Row 2: 2026-01-18 00:00 UTC has the price 'NaN'."),
        (HEAD + FIRST.replace("15.4035", "-inf"), "Row 2: 2026-01-18 00:00 UTC has the price '-inf'."),
        (HEAD + FIRST.replace("15.4035", "201"), "Row 2: 2026-01-18 00:00 UTC has the price '201'."),
        (HEAD + FIRST.replace("15.4035", ""), "Row 2: 2026-01-18 00:00 UTC has the price ''."),
        (HEAD + '"open', "Row 2: it is not CSV"),
    ],
)
def test_a_file_that_is_wrong_anywhere_is_refused_with_row_and_rule(text: str, sentence: str) -> None:
    with pytest.raises(BadFile) as caught:
        read_file(text.encode(), "GBP")
    assert str(caught.value).startswith(sentence)


def test_a_file_that_is_no_text_or_too_large_is_refused() -> None:
    with pytest.raises(BadFile, match="not UTF-8"):
        read_file(b"\xff\xfe\x00", "GBP")
    with pytest.raises(BadFile, match="larger than 16 MiB"):
        read_file(b" " * (16 * 1024 * 1024 + 1), "GBP")


@given(st.text(max_size=300) | st.text(alphabet='0123456789-:TZ,.\n"', max_size=200).map(lambda rows: HEAD + rows))
def test_whatever_is_in_a_file_it_is_read_or_refused(text: str) -> None:
    with suppress(BadFile):
        rates = read_file(text.encode("utf-8", "replace"), "GBP")
        assert rates
        assert all(earlier.valid_to == later.valid_from for earlier, later in pairwise(rates))
