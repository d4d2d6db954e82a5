"""The same telemetry on SQLite: a plain table."""

from __future__ import annotations

from pathlib import Path

from tests.miners import sqlite

SCRIPT = """
from datetime import UTC, datetime, timedelta
from hmm_project.config import Retention
from miners.models import Hour, Telemetry
from miners.telemetry import Row, append, efficiency, look_after, roll_up, series, series_fleet

start = datetime(2026, 11, 22, 12, tzinfo=UTC)
append([Row(start + timedelta(minutes=at), 1, hashrate_ghs=1000, power_w=15, state="mining") for at in range(6)])
append([Row(start - timedelta(days=8), 1)])
chart = series(1, since=start, until=start + timedelta(minutes=12), points=4)
assert chart["hashrate_ghs"] == [1000, 1000, None, None], chart
assert chart["time"][0] == start.timestamp(), chart
assert series_fleet(since=start, until=start + timedelta(minutes=12), points=1)["power_w"] == [15]
assert efficiency(now=start + timedelta(hours=1)) == {(1, None): 15}
look_after(now=start, keep=Retention())
assert Telemetry.objects.count() == 6
done = roll_up(now=start + timedelta(hours=1, minutes=1), keep=Retention())
assert done == 12, done
chart = series(1, since=start, until=start + timedelta(minutes=15), points=3)
assert chart["hashrate_ghs"] == [1000, 1000, None], chart
hours = [(hour.start, hour.samples, hour.power_w) for hour in Hour.objects.all()]
assert hours == [(start, 6, 15)], hours
print("good")
"""


def test_rows_charts_and_retention_work_on_sqlite(tmp_path: Path) -> None:
    assert sqlite.run(tmp_path, SCRIPT) == "good\n"
