"""The same telemetry on SQLite: a plain table."""

from __future__ import annotations

from pathlib import Path

from tests.miners import sqlite

SCRIPT = """
from datetime import UTC, datetime, timedelta
from miners.models import Telemetry
from miners.telemetry import Row, append, efficiency, maintain, series, series_fleet

start = datetime(2026, 11, 22, 12, tzinfo=UTC)
append([Row(start + timedelta(minutes=at), 1, hashrate_ghs=1000, power_w=15, state="mining") for at in range(6)])
append([Row(start - timedelta(days=8), 1)])
chart = series(1, since=start, until=start + timedelta(minutes=12), points=4)
assert chart["hashrate_ghs"] == [1000, 1000, None, None], chart
assert chart["time"][0] == start.timestamp(), chart
assert series_fleet(since=start, until=start + timedelta(minutes=12), points=1)["power_w"] == [15]
assert efficiency(now=start + timedelta(hours=1)) == {(1, None): 15}
assert maintain(now=start, keep_days=7) == 1
assert Telemetry.objects.count() == 6
print("good")
"""


def test_rows_charts_and_retention_work_on_sqlite(tmp_path: Path) -> None:
    assert sqlite.run(tmp_path, SCRIPT) == "good\n"
