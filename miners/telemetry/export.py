"""Telemetry as CSV, a chunk at a time, however long the span."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from asgiref.sync import sync_to_async

from miners.models import Telemetry
from miners.telemetry.rows import Row

COLUMNS = [name for name in Row._fields if name != "miner_id"]
CHUNK = 2000


async def csv_lines(miner_id: int, *, since: datetime, until: datetime) -> AsyncIterator[str]:
    """A header line, then the rows of one miner in order of time; memory for one chunk only."""
    yield ",".join(COLUMNS) + "\r\n"
    rows = await _chunk(miner_id, since, until, inclusive=True)
    while rows:
        yield _lines(rows)
        rows = await _chunk(miner_id, rows[-1][0], until, inclusive=False)


@sync_to_async
def _chunk(miner_id: int, since: datetime, until: datetime, *, inclusive: bool) -> list[tuple[Any, ...]]:
    after = {"time__gte" if inclusive else "time__gt": since}
    rows = Telemetry.objects.filter(miner_id=miner_id, time__lt=until, **after).order_by("time")
    return list(rows.values_list(*COLUMNS)[:CHUNK])


def _lines(rows: list[tuple[Any, ...]]) -> str:
    text = StringIO()
    csv.writer(text).writerows((f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", *rest) for time, *rest in rows)
    return text.getvalue()
