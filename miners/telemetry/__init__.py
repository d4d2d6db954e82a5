"""What miners did: rows in by COPY, charts and efficiencies out."""

from __future__ import annotations

from miners.telemetry.charts import series, series_fleet
from miners.telemetry.efficiencies import efficiency
from miners.telemetry.keeping import look_after
from miners.telemetry.rollup import roll_up
from miners.telemetry.rows import Row, append

__all__ = ["Row", "append", "efficiency", "look_after", "roll_up", "series", "series_fleet"]
