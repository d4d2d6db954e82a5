"""Known prices as CSV, a chunk at a time, however long the span."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from asgiref.sync import sync_to_async

from energy import prices

COLUMNS = ("valid_from", "valid_to", "price_pence", "product")
CHUNK = 2000


async def csv_lines(*, since: datetime | None, until: datetime | None) -> AsyncIterator[str]:
    """A header line, then the slots that overlap [since, until) in order; what can be uploaded again as a file."""
    yield ",".join(COLUMNS) + "\r\n"
    rows = await _chunk(None, since, until)
    while rows:
        yield _lines(rows)
        rows = await _chunk(rows[-1][0], since, until)


@sync_to_async
def _chunk(after: datetime | None, since: datetime | None, until: datetime | None) -> list[tuple[Any, ...]]:
    slots = prices.slots().order_by("valid_from")
    bounds = {"valid_from__gt": after, "valid_to__gt": since, "valid_from__lt": until}
    slots = slots.filter(**{name: value for name, value in bounds.items() if value is not None})
    return list(slots.values_list(*COLUMNS)[:CHUNK])


def _lines(rows: list[tuple[Any, ...]]) -> str:
    text = StringIO()
    csv.writer(text).writerows((_stamp(start), _stamp(end), *rest) for start, end, *rest in rows)
    return text.getvalue()


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
