"""Which firmware each miner ran from when on: a row when a device tells a version first, or another one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from miners.models import FirmwareVersion, Miner
from miners.polling.observation import Observation


def keep(seen: Iterable[Observation]) -> None:
    """No statement when nobody tells another version than before."""
    told = {
        one.candidate.miner_id: (one.reading.firmware, one.time)
        for one in seen
        if one.reading and one.reading.firmware and one.reading.firmware != one.candidate.before.firmware
    }
    if not told:
        return
    newest = FirmwareVersion.objects.filter(miner=OuterRef("pk")).values("version")[:1]
    rows = Miner.objects.filter(pk__in=told).annotate(kept=Subquery(newest)).values_list("pk", "kept")
    FirmwareVersion.objects.bulk_create(
        FirmwareVersion(miner_id=pk, version=told[pk][0], since=told[pk][1]) for pk, kept in rows if kept != told[pk][0]
    )
