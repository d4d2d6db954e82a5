"""A month of days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from energy.ledger.calendar import DEEPEST, month_of, neighbours, weeks
from energy.ledger.costs import CostRow

FIRST = date(2024, 2, 1)


def row(day: int, pence: str | None) -> CostRow:
    start = datetime(2024, 2, day, tzinfo=UTC)
    return CostRow(
        name=f"2024-02-{day:02}", start=start, end=start, cost_pence=None if pence is None else Decimal(pence)
    )


def test_a_leap_february_stands_in_five_weeks_from_monday() -> None:
    cells = [cell for week in weeks(FIRST, []) for cell in week]
    assert (len(cells), cells[:3], cells[3].day if cells[3] else None) == (35, [None] * 3, FIRST)
    assert sum(cell is not None for cell in cells) == 29


def test_the_dearest_day_is_the_deepest_and_an_unknown_one_has_no_colour() -> None:
    rows = [row(1, "50"), row(2, "-25"), row(3, None), row(4, "0")]
    cells = [cell for week in weeks(FIRST, rows) for cell in week if cell][:5]
    assert [(cell.depth, cell.earned) for cell in cells] == [
        (DEEPEST, False), (DEEPEST // 2, True), (0, False), (0, False), (0, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "first"), [("2024-12", date(2024, 12, 1)), ("", FIRST), ("2024-13", FIRST), ("x", FIRST)]
)
def test_what_names_no_month_is_this_month(text: str, first: date) -> None:
    assert month_of(text, date(2024, 2, 29)) == first


def test_a_year_has_neighbours() -> None:
    assert neighbours(date(2024, 1, 1)) == (date(2023, 12, 1), date(2024, 2, 1))
    assert neighbours(date(2024, 12, 1)) == (date(2024, 11, 1), date(2025, 1, 1))
