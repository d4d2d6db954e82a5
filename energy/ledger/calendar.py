"""A month of days for a calendar. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from energy.ledger.costs import CostRow

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])\Z")
FAINTEST, DEEPEST = 4, 40  # percent of colour: text stays readable on it


@dataclass(frozen=True, slots=True)
class Day:
    """A cell of the calendar; `depth` in percent of colour, from the month's dearest day."""

    day: date
    row: CostRow | None
    depth: int
    earned: bool


def month_of(text: str, today: date) -> date:
    """The first of the month that "2026-11" names; of today's, where it names none."""
    found = MONTH.match(text)
    return date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)


def neighbours(first: date) -> tuple[date, date]:
    """The first of the month before, and of the one after."""
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)


def weeks(first: date, rows: Sequence[CostRow]) -> list[list[Day | None]]:
    """The month from Monday to Sunday; None outside of it."""
    known = {row.name: row for row in rows}
    dearest = max((abs(row.cost_pence) for row in rows if row.cost_pence is not None), default=Decimal())
    days = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [
        [_day(day, known.get(f"{day}"), dearest) if day.month == first.month else None for day in week] for week in days
    ]


def _day(day: date, row: CostRow | None, dearest: Decimal) -> Day:
    cost = row.cost_pence if row else None
    if not cost:
        return Day(day, row, 0, earned=False)
    return Day(day, row, max(FAINTEST, int(abs(cost) * DEEPEST / dearest)), cost < 0)
