"""What a miner's hashes cost in energy, from what was measured while it mined."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from miners.contract import State
from miners.models import Telemetry

FEWEST_SAMPLES = 5  # below that a mode is judged by its ramp


def efficiency(*, now: datetime, hours: float = 6) -> dict[tuple[int, str | None], float]:
    """J/TH per (miner, mode) over the last `hours`, wall power before the device's own; nothing where unmeasured."""
    rows = (
        Telemetry.objects.filter(
            time__gte=now - timedelta(hours=hours), time__lte=now, state=State.MINING, hashrate_ghs__gt=0
        )
        .annotate(watts=Coalesce(F("wall_power_w"), F("power_w")))
        .filter(watts__gt=0)
        .values_list("miner_id", "mode")
        .annotate(Sum("watts"), Sum("hashrate_ghs"), Count("time"))
    )
    return {
        (miner_id, mode): watts / ghs * 1000
        for miner_id, mode, watts, ghs, samples in rows
        if samples >= FEWEST_SAMPLES
    }
